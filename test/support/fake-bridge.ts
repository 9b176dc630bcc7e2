/** A bridge over the fake engine: real lines, sessions and tools, no processes. */

import { type Bridge, createBridge, type ServeOptions } from "../../src/bridge/index.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import type { Runtime } from "../../src/runtime.ts";
import { connect, type ServedClient } from "./bridge-client.ts";
import { type FakeEngine, fakeEngine, turn } from "./fake-engine.ts";

export interface FakeBridge extends ServedClient {
  readonly engine: FakeEngine;
  readonly bridge: Bridge;
}

/** What a bridge asks of a runtime. */
export function runtimeOf(engine: FakeEngine): Runtime {
  const openSession: Runtime["openSession"] = ({ id, parent } = {}) =>
    engine.openSession({ ...(id === undefined ? {} : { id }), ...(parent === undefined ? {} : { parent }) });
  return { openSession } as Partial<Runtime> as Runtime;
}

export async function fakeBridge(
  options: Partial<ServeOptions> & { readonly through?: (ledger: Ledger) => Ledger } = {},
): Promise<FakeBridge> {
  const { through, ...serveOptions } = options;
  const engine = await fakeEngine(through === undefined ? {} : { through });
  const bridge = createBridge();
  const served = connect(runtimeOf(engine), { bridge, ...serveOptions });
  return {
    ...served,
    engine,
    bridge,
    async [Symbol.asyncDispose]() {
      served.input.end();
      await served.served;
      engine[Symbol.dispose]();
    },
  };
}

/** Enough turns for lines to be read, answered and delivered, and for what stands behind them. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn();
}

/** Every operation of the store waits for the gate, once `isStuck`. */
export function gated(gate: { isStuck: boolean; readonly opened: Promise<void> }) {
  return (ledger: Ledger): Ledger =>
    new Proxy(ledger, {
      get(target, name: keyof Ledger) {
        const operation = target[name] as (...args: unknown[]) => unknown;
        if (name === "onWake" || name === "close") return operation;
        return async (...args: unknown[]) => {
          if (gate.isStuck) await gate.opened;
          return operation(...args);
        };
      },
    });
}
