/** Calls that race their cancels, and what happens to them: played over the fake engine, seen through the eyes of the test. */
import { expect } from "vitest";
import { z } from "zod";
import { isLonghandError } from "../../../src/base/errors.ts";
import type { Report } from "../../../src/handle/report.ts";
import type { Call, CancelDetails } from "../../../src/session/call.ts";
import type { CancelStatus } from "../../../src/session/cancel-call.ts";
import type { Session } from "../../../src/session/session.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import { defineTool } from "../../../src/tools/tool.ts";
import type { FakeEngine } from "../../support/fake-engine.ts";

export const kinds = ["in front", "in front for a while", "a wait", "heeds its signal", "ignores its signal"] as const;

export interface Plan {
  readonly kind: (typeof kinds)[number];
  readonly named: boolean;
}

export type Happening =
  | { readonly what: "ends" | "aborts"; readonly which: number }
  | { readonly what: "moves"; readonly which: number; readonly reader: number }
  | Cancels
  | { readonly what: "passes"; readonly ms: number }
  | { readonly what: "closes"; readonly reader: number }
  | { readonly what: "attaches"; readonly plans: readonly Plan[] };

interface Cancels {
  readonly what: "cancels";
  readonly which: number;
  readonly timeoutMs: number;
  readonly injectReminder: boolean;
  /** Which of the readers until now asks for it. */
  readonly reader: number;
}

export interface Scenario {
  readonly plans: readonly Plan[];
  readonly happenings: readonly Happening[];
  /** Things happen before the calls are under way, too. */
  readonly early: boolean;
}

/** A call of the test, and all that is seen of it. */
export interface Played {
  readonly plan: Plan;
  /** Those of a later reader have the ids of those before. */
  readonly callId: string;
  readonly abort: AbortController;
  readonly finish: PromiseWithResolvers<void>;
  /** Null when it was refused. */
  answer: Promise<ToolResult | null>;
  /** Null when it never came so far. */
  call: Call | null;
  /** Who cancelled it, as it was seen first. */
  seen: CancelDetails | null;
}

/** Somebody who asked for the cancel of what has the id in that moment. */
interface Asker {
  readonly by: string;
  readonly callId: string;
  readonly readerEpoch: number;
  readonly injectReminder: boolean;
  readonly status: Promise<CancelStatus>;
}

export interface World {
  readonly engine: FakeEngine;
  /** The last one reads. */
  readonly readers: Session[];
  readonly played: Played[];
  readonly askers: Asker[];
  /** Null when it was refused. */
  readonly closed: { readonly readerEpoch: number; readonly reports: Promise<readonly Report[] | null> }[];
}

/** Ends when the test says so; the call's caller is known by its signal. */
export function thinkingTool(played: () => readonly Played[]) {
  return defineTool({
    name: "think",
    description: "Thinks.",
    input: z.strictObject({ which: z.int(), heeds: z.boolean() }),
    async run({ which: index, heeds }, { call }) {
      const { finish } = played()[index] as Played;
      const aborted = new Promise<never>((_, reject) => {
        call.signal.addEventListener("abort", () => reject(call.signal.reason), { once: true });
      });
      aborted.catch(() => null);
      await (heeds ? Promise.race([finish.promise, aborted]) : finish.promise);
      return { status: "completed", data: { thought: true }, text: "thought" };
    },
  });
}

export function newCalls(plans: readonly Plan[]): Played[] {
  return plans.map((plan, index) => ({
    plan,
    callId: `c${index}`,
    abort: new AbortController(),
    finish: Promise.withResolvers<void>(),
    answer: Promise.resolve(null),
    call: null,
    seen: null,
  }));
}

function inputOf({ kind }: Plan, index: number): [string, object] {
  switch (kind) {
    case "in front":
      return ["run_command", { argv: ["build"] }];
    case "in front for a while":
      return ["run_command", { argv: ["build"], background_after_ms: 1_000 }];
    case "a wait":
      return ["wait_command", { handle_id: "h1", timeout_ms: 60_000 }];
    default:
      return ["think", { which: index, heeds: kind === "heeds its signal" }];
  }
}

export function begin({ played }: World, calls: readonly Played[], session: Session): void {
  for (const one of calls) {
    const [name, input] = inputOf(one.plan, played.indexOf(one));
    const options = { signal: one.abort.signal, ...(one.plan.named ? { callId: one.callId } : {}) };
    one.answer = session.dispatch(name, input, options).catch(() => null);
  }
}

export async function happen(world: World, event: Happening): Promise<void> {
  const { engine, readers, played, closed } = world;
  if (event.what === "passes") engine.clock.advance(event.ms);
  if (event.what === "attaches") await attach(world, event.plans);
  if (event.what === "closes") {
    const session = readerOf(world, event);
    const reports = session.close().catch((error: unknown) => {
      // Only who has been followed by another one is refused.
      expect([isLonghandError(error) && error.kind, session === readers.at(-1)]).toEqual(["conflict", false]);
      return null;
    });
    closed.push({ readerEpoch: session.reader.readerEpoch, reports });
  }
  if (!("which" in event)) return;
  const one = played[event.which % played.length] as Played;
  if (event.what === "ends") {
    one.finish.resolve();
    engine.launcher.processes[event.which]?.exit({ code: event.which, signal: null });
  }
  if (event.what === "aborts") one.abort.abort(`signal of ${one.callId}`);
  if (event.what === "moves") void readerOf(world, event).moveToBackground(one.callId);
  if (event.what === "cancels") ask(world, one, event);
}

function readerOf({ readers }: World, event: { readonly reader: number }): Session {
  return readers[event.reader % readers.length] as Session;
}

/** Nobody attaches to what is closed. */
async function attach(world: World, plans: readonly Plan[]): Promise<void> {
  const { engine, readers, played } = world;
  const session = await engine.openSession({ id: (readers[0] as Session).id }).catch(() => null);
  if (session === null) return;
  const calls = newCalls(plans);
  readers.push(session);
  played.push(...calls);
  begin(world, calls, session);
}

function ask(world: World, { callId }: Played, event: Cancels): void {
  const { timeoutMs, injectReminder } = event;
  const session = readerOf(world, event);
  const by = `asker ${world.askers.length}`;
  const status = session.cancelCall(callId, { by, reason: `said ${by} of ${callId}`, timeoutMs, injectReminder });
  world.askers.push({ by, callId, injectReminder, status, readerEpoch: session.reader.readerEpoch });
}
