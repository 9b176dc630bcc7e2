/** An agent on an SDK's adapter that is killed anywhere around the save of a mail: each result stands once in its transcript, and in each model input. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { fixture } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";
import { Transcript } from "../../support/transcript.ts";

expectNoStrays();

/** Where it dies, one life after the other, and how many results each leaves in the transcript. */
const cases = [
  ["with_last_claim", { before_save: 0, in_save: 0, after_save: 1, in_model: 2 }],
  ["without", { after_save: 1, in_model: 2 }],
] as const;

it.each(cases)("kill -9 of an agent that opens its session %s: %o", { timeout: 120_000 }, async (reopens, lives) => {
  const root = mkdtempSync(join(tmpdir(), "longhand-agent-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, "transcript.jsonl");
  const live = async (dieAt: string): Promise<unknown[]> => {
    const program = [fixture("ai-sdk-agent.ts"), join(root, "state"), path, dieAt, reopens];
    return once(spawn(process.execPath, program, { stdio: ["ignore", "ignore", "inherit"] }), "exit");
  };
  for (const [point, saved] of Object.entries(lives)) {
    expect([point, ...(await live(point))]).toEqual([point, null, "SIGKILL"]);
    expect([point, new Transcript(path).handles.length]).toEqual([point, saved]);
  }
  expect(await live("never")).toEqual([0, null]);
  const { lines, handles } = new Transcript(path);
  expect(handles).toEqual(lines.flatMap(({ started = {} }) => Object.values(started)));
  const printed = lines.flatMap(({ text = "" }) => text.match(/^result \w+$/gm) ?? []);
  expect(printed).toEqual(["result one", "result two", "result three"]);
  expect(lines.at(-1)).toEqual({ left: 0 });
});
