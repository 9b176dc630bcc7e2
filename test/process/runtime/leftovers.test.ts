/** What a command leaves behind when it ends by itself, and who still holds its pipes. */
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { readIfThere } from "../../support/process-observer.ts";
import { run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("promise 3: a command that leaves somebody behind", () => {
  it.each([
    ["in its group", "sleep 30 & echo hi"],
    ["in a session of its own", "setsid sleep 30 & echo hi"],
    ["holding stderr alone", "sleep 30 >/dev/null & echo hi"],
    ["holding nothing", "sleep 30 >/dev/null 2>&1 </dev/null & echo hi"],
    ["twice removed, with an emptied environment", "(setsid env -i sleep 30 &) ; echo hi"],
  ])("%s ends with it, within 2.5 s, and the result says so", async (_where, command) => {
    await using at = await testRuntime();
    const startedAt = performance.now();
    const data = await run(at.session, command);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect<unknown>(data).toMatchObject({
      status: "completed",
      exit_code: 0,
      stdout: "hi\n",
      output_incomplete: false,
      process_cleanup: { found_count: 1, stopped_count: 1, survivor_count: 0, complete: true },
    });
  });

  it("noisy to the end: within 2.5 s too", async () => {
    await using at = await testRuntime();
    const startedAt = performance.now();
    const data = await run(at.session, "(while :; do echo noise; sleep 0.02; done) & echo hi");
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(data).toMatchObject({ exit_code: 0, output_incomplete: false });
    expect(String(data["stdout"])).toContain("noise");
  });

  it('kept on request (leftovers: "keep"): alive, named as a survivor, and able to go on printing', async () => {
    await using at = await testRuntime();
    const command = "(sleep 0.6; echo later; exec sleep 30) & echo $!";
    const data = await run(at.session, { command, leftovers: "keep" });
    const pid = Number(String(data["stdout"]).trim());
    try {
      expect(data).toMatchObject({ exit_code: 0, output_incomplete: true });
      const { survivors } = data["process_cleanup"] as { survivors: { pid: number; reason: string }[] };
      expect(survivors).toContainEqual(expect.objectContaining({ pid, reason: "kept" }));
      // It prints after the result: a pipe that nobody reads any more would have killed it.
      await eventually(() => readIfThere(`/proc/${pid}/cmdline`) === "sleep\x0030\x00");
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });
});
