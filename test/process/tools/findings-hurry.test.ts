/** Whoever asks for the end does not wait until a large output is understood; what was found by then is in the result. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { project } from "../../support/projects.ts";
import { drainResults, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const slow = 120_000;
/** Reading all of it takes more than ten seconds on any machine, within the limits of one test. */
const megabytes = 192;
/** Half a second of reading, and what a busy machine needs for everything else; all of the reading takes much longer. */
const soonMs = 5_000;

function largeOutput() {
  const made = project({ "tap.txt": "" });
  const path = join(made.directory, "tap.txt");
  writeFileSync(path, `TAP version 13\n${"ok 1 - a test\nnot ok 2 - b\n".repeat(2 ** 10)}`);
  const count = Math.round((megabytes * 2 ** 20) / (27 * 2 ** 10));
  const script = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "$0"; done | xargs cat`;
  return { made, argv: ["sh", "-c", script, path] };
}

/** A run_test in the background, when its output is being read. */
async function readingRun(own: Awaited<ReturnType<typeof testRuntime>>, argv: readonly string[]): Promise<string> {
  const { session } = own;
  const { data } = await session.call("run_test", { argv, background: true });
  const id = String(data["handle_id"]);
  await eventually(() => session.parts.supervisor.get(id)?.phase === "closing", {
    timeoutMs: slow,
    what: "the end of the command",
  });
  return id;
}

const early = { results_complete: false, results_problem: expect.stringContaining("the end was asked for") };

describe("while the results of a large output are read", () => {
  it("cancel_handle answers soon, with what was found", { timeout: slow }, async () => {
    await using own = await testRuntime();
    const { made, argv } = largeOutput();
    using _ = made;
    const handle = await readingRun(own, argv);
    const from = performance.now();
    await own.session.call("cancel_handle", { handle_id: handle });
    const [result] = await eventually(
      async () => {
        const results = await drainResults(own.session);
        return results.length > 0 ? results : null;
      },
      { timeoutMs: slow, what: "the result in the inbox" },
    );
    expect(performance.now() - from).toBeLessThan(soonMs);
    expect(result).toMatchObject({ status: "completed", ...early });
  });

  it("a session closes soon", { timeout: slow }, async () => {
    await using own = await testRuntime();
    const { made, argv } = largeOutput();
    using _ = made;
    await readingRun(own, argv);
    const from = performance.now();
    await own.session.close();
    expect(performance.now() - from).toBeLessThan(soonMs);
  });

  it("a run that took too long still has what was found soon", { timeout: slow }, async () => {
    await using own = await testRuntime();
    using made = project({ "tap.txt": "TAP version 13\nok 1 - a\nnot ok 2 - b\n" });
    const argv = ["sh", "-c", 'cat "$0"; exec sleep 1000', join(made.directory, "tap.txt")];
    const { data } = await own.session.call("run_test", { argv, timeout_ms: 1_000 });
    expect(data).toMatchObject({ timed_out: true, summary: { passed: 1, failed: 1 } });
  });
});
