/** An agent that is killed anywhere between taking a result and having it: once it is back, each result stands once in its transcript. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { fixture } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";
import { Transcript } from "../../support/transcript.ts";

expectNoStrays();

/** Where it dies, one life after the other. After the save it is one result further, so that at most three of four lives end there. */
const cases = [
  ["save_first", ["before_claim", "after_claim", "in_save", "after_save", "after_ack"]],
  ["save_first", ["in_model", "after_model_error"]],
  ["model_first", ["after_claim", "in_model", "after_model_error", "after_release"]],
  ["model_first", ["in_save", "after_save", "after_ack"]],
] as const;

interface Agent extends Disposable {
  /** One life of it; how it ended. */
  live(dieAt: string): Promise<[number | null, NodeJS.Signals | null]>;
  transcript(): Transcript;
}

function agent(order: string): Agent {
  const root = mkdtempSync(join(tmpdir(), "longhand-agent-"));
  const path = join(root, "transcript.jsonl");
  return {
    async live(dieAt) {
      const program = [fixture("agent-loop.ts"), join(root, "state"), path, order, dieAt];
      const child = spawn(process.execPath, program, { stdio: ["ignore", "ignore", "inherit"] });
      return (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    },
    transcript: () => new Transcript(path),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

const names = ["one", "two", "three", "sleeper"] as const;

/** How often the results of the four commands stand in it: by their handles, and by what they printed. */
function results({ lines, handles }: Transcript) {
  const started = lines.find((line) => line.started)?.started ?? {};
  const text = lines.map((line) => line.text ?? "").join("\n");
  return names.map((name) => ({
    name,
    byHandle: handles.filter((handle) => handle === started[name]).length,
    printed: text.match(new RegExp(`^result ${name}$`, "gm"))?.length ?? 0,
  }));
}

const eachOnce = names.map((name) => ({ name, byHandle: 1, printed: 1 }));

it.each(cases)("kill -9 of an agent that works %s: %s", { timeout: 180_000 }, async (order, points) => {
  using killed = agent(order);
  for (const point of points) {
    expect([point, ...(await killed.live(point))]).toEqual([point, null, "SIGKILL"]);
    const { handles } = killed.transcript();
    expect(new Set(handles).size).toBe(handles.length);
  }
  expect(await killed.live("never")).toEqual([0, null]);
  const { lines } = killed.transcript();
  expect(results(killed.transcript())).toEqual(eachOnce);
  expect(lines.filter(({ started }) => started !== undefined)).toHaveLength(1);
  expect(lines.at(-1)).toEqual({ left: 0 });
  const pids = lines.flatMap((line) => line.pids ?? []).filter((pid) => typeof pid === "number");
  expect(pids.length).toBeGreaterThan(0);
  await eventually(() => !pids.some(isAlive));
});

it("an agent that nobody kills has each result once, too", async () => {
  using alive = agent("model_first");
  expect(await alive.live("never")).toEqual([0, null]);
  expect(results(alive.transcript())).toEqual(eachOnce);
  expect(alive.transcript().lines.at(-1)).toEqual({ left: 0 });
});
