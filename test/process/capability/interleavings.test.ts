/** Real processes, and many callers at once: whatever the order, all answers about one process agree, and nobody is left. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isLonghandError } from "../../../src/base/errors.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { type Processes, processesOf } from "../../support/host-calls.ts";
import { drain, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const maxProcesses = 6;
const scripts = [
  "printf done; exit 7",
  "sleep 0.03; printf done; exit 7",
  "printf done; sleep 300",
  "trap '' TERM; printf done; sleep 300 & wait; wait",
];

const act = fc.record({
  what: fc.constantFrom("spawn", "spawn limited", "poll", "wait", "wait briefly", "kill", "release"),
  which: fc.nat({ max: 5 }),
  script: fc.nat({ max: scripts.length - 1 }),
});

interface Seen {
  readonly handleId: string;
  released: boolean;
  readonly ends: Set<string>;
}

interface Act {
  readonly what: string;
  readonly which: number;
  readonly script: number;
}

async function perform(processes: Processes, all: Seen[], { what, which, script }: Act): Promise<void> {
  if (what === "spawn") return spawn(processes, all, scripts[script] ?? "", {});
  if (what === "spawn limited") return spawn(processes, all, scripts[script] ?? "", { timeout_ms: 60 });
  const seen = all[all.length - 1 - (which % Math.max(1, all.length))];
  if (seen === undefined) return;
  const known = !seen.released;
  if (what === "release") {
    seen.released = true;
    expect(await processes.release(seen.handleId)).toMatchObject({ released: known });
    return;
  }
  try {
    const answer = await ask(processes, what, seen.handleId);
    expect(known).toBe(true);
    note(seen, answer);
  } catch (error) {
    if (known || !isLonghandError(error)) throw error;
    expect(error.kind).toBe("not_found");
  }
}

async function ask({ poll, wait, kill }: Processes, what: string, handleId: string): Promise<JsonObject> {
  if (what === "poll") return poll(handleId);
  if (what !== "kill") return wait(handleId, { timeout_ms: what === "wait" ? 300 : 10 });
  const answer = await kill(handleId);
  expect(answer).toMatchObject({ success: true });
  return answer;
}

async function spawn(processes: Processes, all: Seen[], script: string, params: object): Promise<void> {
  try {
    const spawned = await processes.host("spawn", { argv: ["sh", "-c", script], ...params });
    all.push({ handleId: String(spawned["handle_id"]), released: false, ends: new Set() });
  } catch (error) {
    if (!isLonghandError(error) || error.kind !== "capacity") throw error;
  }
}

function note(seen: Seen, answer: JsonObject): void {
  const { status, exit_code: code } = answer;
  if (status !== "running") seen.ends.add(`${status} ${code}`);
}

it("all answers about one process agree", { timeout: 120_000 }, async () => {
  const check = async (steps: readonly (Act & { readonly together: boolean })[]) => {
    await using host = await testRuntime({ maxProcesses });
    const processes = processesOf(host.session);
    const all: Seen[] = [];
    const open: Promise<unknown>[] = [];
    for (const step of steps) {
      const done = perform(processes, all, step);
      open.push(done);
      done.catch(() => undefined);
      if (!step.together) await done;
    }
    await Promise.all(open);
    for (const seen of all.filter(({ released }) => !released)) {
      note(seen, await processes.kill(seen.handleId));
      note(seen, await processes.wait(seen.handleId));
      expect([...seen.ends], seen.handleId).toHaveLength(1);
      expect([...seen.ends][0]).toMatch(/^(exited 7|killed -1|timed_out -1)$/);
    }
    expect(await drain(host.session)).toEqual([]);
  };
  const steps = fc.array(
    fc.tuple(act, fc.boolean()).map(([one, together]) => ({ ...one, together })),
    { minLength: 10, maxLength: 30 },
  );
  await fc.assert(fc.asyncProperty(steps, check), { numRuns: 12, endOnFailure: true });
});
