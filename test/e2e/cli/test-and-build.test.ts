/** `longhand run --test` and `--build`: what was understood is said in one line, and nothing else changes. */
import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { project, projects } from "../../support/projects.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const tap = "echo 'TAP version 13'; echo 'ok 1 - a'; echo 'not ok 2 - b'; echo 1..2; exit 1";

describe("longhand run --test", () => {
  it("runs the tests of the project, with their output and exit code", { timeout: 60_000 }, async () => {
    using longhand = cli();
    using made = projects.make();
    const { code, stdout, stderr } = await longhand.run(["run", "--test", "-C", made.directory]);
    expect(stdout.toString()).toContain("not ok 2 - subtracts\n");
    expect(stderr).toBe("make: *** [Makefile:2: test] Error 1\nlonghand: 1 failed, 1 passed, 1 skipped\n");
    expect(code).toBe(2);
  });

  it("runs the words that it is given", async () => {
    using longhand = cli();
    const { code, stderr } = await longhand.run(["run", "--test", "--", "sh", "-c", tap]);
    expect([code, stderr]).toEqual([1, "longhand: 1 failed, 1 passed\n"]);
  });

  it("tells programs all of it", async () => {
    using longhand = cli();
    const { stdout } = await longhand.run(["run", "--test", "--json", "--", "sh", "-c", tap]);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      summary: { passed: 1, failed: 1, skipped: 0 },
      failures: [{ name: "b" }],
    });
  });
});

describe("longhand run --build", () => {
  it("counts errors and warnings", async () => {
    using longhand = cli();
    const { code, stderr } = await longhand.run([
      "run",
      "--build",
      "--",
      "sh",
      "-c",
      "echo 'x.c:3:5: error: no' >&2; exit 2",
    ]);
    expect([code, stderr]).toEqual([2, "x.c:3:5: error: no\nlonghand: 1 error, 0 warnings\n"]);
  });
});

describe("what does not go together", () => {
  it.each([
    [["--test", "--build"], "--test does not go with --build"],
    [["--test", "--shell", "true"], "--test does not go with --shell"],
    [["--filter", "x", "--", "true"], "--filter is for --test"],
    [["--test", "--filter", "x", "--", "true"], "--filter is for detected tests"],
  ])("%o is refused", async (words, message) => {
    using longhand = cli();
    const { code, stderr } = await longhand.run(["run", ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("a directory without a project is told what was looked for", async () => {
    using longhand = cli();
    using empty = project({});
    const { code, stderr } = await longhand.run(["run", "--test", "-C", empty.directory]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("package.json")]);
  });
});
