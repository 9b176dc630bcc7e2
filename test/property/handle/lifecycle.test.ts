import fc from "fast-check";
import { expect, it } from "vitest";
import type { CauseKind } from "../../../src/handle/cause.ts";
import { advance, initialLifecycle, type Lifecycle, type LifecycleEvent } from "../../../src/handle/lifecycle.ts";

const cause = fc.record({
  kind: fc.constantFrom<CauseKind>("timeout", "cancel", "output_limit", "session_close", "runtime_close"),
  by: fc.string(),
  reason: fc.option(fc.string()),
});
const settled = fc.record({
  kind: fc.constantFrom<CauseKind>("returned", "threw"),
  by: fc.constant("operation"),
  reason: fc.constant(null),
});
const status = fc.oneof(
  fc.record({ code: fc.nat(255), signal: fc.constant(null) }),
  fc.record({ code: fc.constant(null), signal: fc.constantFrom<NodeJS.Signals>("SIGTERM", "SIGKILL") }),
);
const event: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.record({ type: fc.constant("spawned" as const) }),
  fc.record({ type: fc.constant("spawn_failed" as const), cause }),
  fc.record({ type: fc.constant("exited" as const), status }),
  fc.record({ type: fc.constant("settled" as const), cause: settled }),
  fc.record({ type: fc.constant("stop_requested" as const), cause }),
  fc.record({ type: fc.constant("quiet" as const) }),
  fc.record({ type: fc.constant("recorded" as const) }),
);

const order = ["starting", "running", "draining", "stopping", "closing", "ended"];

function history(events: readonly LifecycleEvent[]): Lifecycle[] {
  const states = [initialLifecycle];
  for (const next of events) states.push(advance(states.at(-1) ?? initialLifecycle, next));
  return states;
}

it("whatever happens in whatever order, what is decided stays decided", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const states = history(events);
      for (const [index, state] of states.entries()) {
        const before = states[index - 1] ?? state;
        // The first cause wins, the first exit status stays, and no phase comes back.
        if (before.cause !== null) expect(state.cause).toEqual(before.cause);
        if (before.exit !== null) expect(state.exit).toEqual(before.exit);
        expect(order.indexOf(state.phase)).toBeGreaterThanOrEqual(order.indexOf(before.phase));
        if (before.phase === "ended") expect(state).toEqual(before);
      }
    }),
    { numRuns: 1_000 },
  );
});

it("whoever has ended has one cause", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const last = history(events).at(-1);
      if (last?.phase === "closing" || last?.phase === "ended") expect(last.cause).not.toBeNull();
    }),
    { numRuns: 1_000 },
  );
});
