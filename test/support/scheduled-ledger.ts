/** A ledger between which and its callers a scheduler stands: every answer of it comes when the scheduler says, or fails. */
import type fc from "fast-check";
import { LonghandError } from "../../src/base/errors.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";

export interface Weather {
  /** While true, writes fail before they reach the store. */
  failing: boolean;
}

const writes = new Set(["place", "record", "post", "note"]);

export function scheduledLedger(ledger: Ledger, scheduler: fc.Scheduler, weather: Weather): Ledger {
  return new Proxy(ledger, {
    get(target, name: keyof Ledger) {
      const operation = target[name];
      if (typeof operation !== "function" || name === "onWake" || name === "close") return operation;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), `${name} begins`);
        if (weather.failing && writes.has(name)) throw new LonghandError("unavailable", "no space left on device");
        const result = await (operation as (...args: unknown[]) => Promise<unknown>)(...args);
        await scheduler.schedule(Promise.resolve(), `${name} committed`);
        return result;
      };
    },
  });
}
