/** Tests of real projects through the tools: the same results in the foreground, in the background and after a restart. */
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { has, type Project, project, projects } from "../../support/projects.ts";
import { drainResults, temporaryDirectory, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** A compiler's first run on a busy machine. */
const slow = 120_000;

const needs: Readonly<Record<string, string>> = { cargo: "cargo", pytest: "pytest", make: "make" };

const failuresOf = (data: JsonObject): string[] =>
  (data["failures"] as { name: string; status: string }[]).map(({ name, status }) => `${status} ${name}`);

async function inspect(session: Session, data: JsonObject, options = {}): Promise<JsonObject[]> {
  const found = await session.call("inspect_test_results", { result_handle: data["result_handle"], ...options });
  return found.data["tests"] as JsonObject[];
}

describe.each(Object.entries(projects))("a project of %s", (name, make: () => Project) => {
  const program = needs[name];

  it.skipIf(program !== undefined && !has(program))(
    `has the same results in the foreground and in the background${program === undefined ? "" : ` (needs ${program})`}`,
    { timeout: slow },
    async () => {
      await using own = await testRuntime();
      const { session } = own;
      using made = make();
      const cwd = made.directory;

      const { data, status, text } = await session.call("run_test", { cwd });
      expect(status, String(data["stdout"]) + String(data["stderr"])).toBe("completed");
      expect(data).toMatchObject({ summary: { passed: 1, failed: 1, skipped: 1 }, timed_out: false, signal: null });
      expect(data["exit_code"]).not.toBe(0);
      expect(failuresOf(data)).toEqual([expect.stringMatching(/^failed .*subtracts/)]);
      expect(data["result_handle"]).toMatch(/^htr-[0-9a-z]{26}$/);
      expect(text).toContain("1 failed, 1 passed, 1 skipped");
      // Error first: what failed stands before what was printed.
      expect(text.indexOf("failed tests")).toBeLessThan(text.indexOf("subtracts", text.indexOf("```output") + 1));

      const started = await session.call("run_test", { cwd, background: true });
      expect(started.status).toBe("running");
      const [result] = await eventually(
        async () => {
          const results = await drainResults(session);
          return results.length > 0 ? results : null;
        },
        { timeoutMs: slow, what: "the result in the inbox" },
      );
      expect(result).toMatchObject({
        status: "completed",
        summary: data["summary"],
        result_handle: started.data["result_handle"],
      });
      expect(failuresOf(result ?? {})).toEqual(failuresOf(data));

      const failing = await inspect(session, data);
      expect(failing.map(({ status: verdict }) => verdict)).toEqual(["failed"]);
      const all = await inspect(session, data, { include_passing: true });
      expect(all.map(({ status: verdict }) => verdict).sort()).toEqual(["failed", "passed", "skipped"]);
    },
  );
});

describe("test results", () => {
  const tap = (lines: readonly string[]): string[] => ["sh", "-c", lines.map((line) => `echo '${line}'`).join("; ")];

  it("are read from all of the output, not from what is shown of it", async () => {
    await using own = await testRuntime();
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `${index === 15_000 ? "not ok" : "ok"} ${index + 1} - case ${index + 1}`,
    );
    using made = project({ "tap.txt": `TAP version 13\n${lines.join("\n")}\n1..30000\n` });
    const { data } = await own.session.call("run_test", { argv: ["cat", join(made.directory, "tap.txt")] });
    expect(data).toMatchObject({ truncated: true, summary: { passed: 29_999, failed: 1, skipped: 0 } });
    expect(failuresOf(data)).toEqual([expect.stringContaining("case 15001")]);
    const page = await own.session.call("inspect_test_results", {
      result_handle: data["handle_id"],
      include_passing: true,
      offset: 29_999,
    });
    expect(page.data).toMatchObject({ total: 30_000, next_offset: null });
    expect(page.data["tests"]).toHaveLength(1);
  });

  it("survive a restart", async () => {
    const stateDir = temporaryDirectory();
    let resultHandle = "";
    {
      await using first = await testRuntime({ store: "sqlite", stateDir });
      const session = await first.runtime.openSession({ id: "kept" });
      const { data } = await session.call("run_test", { argv: tap(["1..2", "ok 1 - a", "not ok 2 - b"]) });
      resultHandle = String(data["result_handle"]);
    }
    await using second = await testRuntime({ store: "sqlite", stateDir });
    const session = await second.runtime.openSession({ id: "kept" });
    const tests = await inspect(session, { result_handle: resultHandle });
    expect(tests).toMatchObject([{ name: expect.stringContaining("b"), status: "failed" }]);
  });

  it("are read from the file that the script names, when this run wrote it", { timeout: slow }, async () => {
    await using own = await testRuntime();
    const script = "node --test --test-reporter=junit --test-reporter-destination=junit.xml";
    using made = project({
      "package.json": JSON.stringify({ scripts: { test: script } }),
      "a.test.mjs": "import test from 'node:test';\ntest('one', () => {});\n",
    });
    const cwd = made.directory;
    const { data } = await own.session.call("run_test", { cwd });
    expect(data).toMatchObject({ summary: { passed: 1, failed: 0, skipped: 0 }, result_format: "junit" });
    writeFileSync(join(cwd, "package.json"), JSON.stringify({ scripts: { test: `${script} --no-such-option` } }));
    utimesSync(join(cwd, "junit.xml"), 1, 1);
    const failed = await own.session.call("run_test", { cwd });
    expect(failed.data).not.toHaveProperty("summary");
    expect(failed.text).toContain("(junit.xml: older than this run)");
  });

  it("are absent, and said to be, when nothing in the output was one", async () => {
    await using own = await testRuntime();
    const { data, text } = await own.session.call("run_test", { argv: ["echo", "hello"] });
    expect(data).not.toHaveProperty("summary");
    expect(text).toContain("no test results found in the output");
  });

  it("of a run that was cancelled are those that were printed, when the report was cut off", {
    timeout: slow,
  }, async () => {
    await using own = await testRuntime();
    const { session } = own;
    using made = project({
      "package.json": '{"scripts": {"test": "node --test"}}',
      "a.test.mjs": [
        "import test from 'node:test';",
        "test('one', () => {});",
        "test('bad', () => { throw new Error('no'); });",
        "test('hangs', () => new Promise((resolve) => setTimeout(resolve, 600_000)));",
      ].join("\n"),
    });
    const started = await session.call("run_test", { cwd: made.directory, background: true });
    const handle = { handle_id: started.data["handle_id"] };
    await session.call("wait_command_output", { ...handle, pattern: "✖ bad", timeout_ms: slow });
    await session.call("cancel_handle", { ...handle, wait_result_ms: 10_000 });
    const { data, text } = await session.call("wait_command", { ...handle, timeout_ms: slow });
    expect(data).toMatchObject({ result_format: "node", results_problem: expect.stringContaining("test-report: ") });
    expect((data["summary"] as JsonObject)["passed"]).toBe(1);
    expect(failuresOf(data)[0]).toBe("failed bad");
    expect(text).toContain("(test-report: ");
  });

  it("of a run that timed out are those it had until then", async () => {
    await using own = await testRuntime();
    const script = "echo 'TAP version 13'; echo 'ok 1 - quick'; exec sleep 30";
    const { data, status } = await own.session.call("run_test", { argv: ["sh", "-c", script], timeout_ms: 300 });
    expect(status).toBe("timed_out");
    expect(data).toMatchObject({ timed_out: true, summary: { passed: 1, failed: 0, skipped: 0 } });
  });
});

describe("what cannot be done", () => {
  it.each([
    ["run_test", {}, "invalid_parameter", "argv"],
    ["run_build_command", {}, "invalid_parameter", "argv"],
    ["run_test", { argv: ["true"], filter: "x" }, "invalid_parameter", "filter"],
    ["run_build_command", { argv: ["true"], target: "x" }, "invalid_parameter", "target"],
    ["run_test", { cwd: "/nowhere" }, "invalid_parameter", "cwd"],
    ["inspect_test_results", {}, "missing_parameter", "result_handle"],
    ["inspect_test_results", { result_handle: "htr-nobody" }, "not_found", "result_handle"],
  ])("%s %o: %s names %s", async (tool, input, kind, param) => {
    await using own = await testRuntime();
    using empty = project({});
    const asked = tool === "inspect_test_results" ? input : { cwd: empty.directory, ...input };
    await expect(own.session.call(tool, asked)).rejects.toMatchObject({ kind, param });
    expect((await own.session.call("list_handles", { state: "any" })).data["handles"]).toEqual([]);
  });

  it("inspecting a run that goes on, or no test run at all, is refused clearly", async () => {
    await using own = await testRuntime();
    const { session } = own;
    const running = await session.call("run_test", { argv: ["sleep", "30"], background: true });
    const inspecting = session.call("inspect_test_results", { result_handle: running.data["result_handle"] });
    await expect(inspecting).rejects.toMatchObject({ kind: "conflict" });
    await session.call("cancel_handle", { handle_id: running.data["handle_id"], wait_result_ms: 5_000 });
    const { data } = await session.call("run_command", { argv: ["true"] });
    const wrong = session.call("inspect_test_results", { result_handle: data["handle_id"] });
    await expect(wrong).rejects.toMatchObject({ kind: "invalid_parameter", param: "result_handle" });
  });
});

describe("a build", () => {
  it("answers with its diagnostics, in the foreground and in the background", { timeout: slow }, async () => {
    await using own = await testRuntime();
    const { session } = own;
    using made = project({ Makefile: "all:\n\tgcc -Wall -c broken.c -o broken.o\n" });
    writeFileSync(join(made.directory, "broken.c"), "int main(void) {\n  int unused;\n  return missing;\n}\n");
    const cwd = made.directory;
    const { data, text } = await session.call("run_build_command", { cwd });
    const expected = [
      expect.objectContaining({ severity: "error", path: "broken.c", line: 3, column: 10 }),
      expect.objectContaining({ severity: "warning", path: "broken.c", line: 2, column: 7 }),
    ];
    expect(data["diagnostics"]).toEqual(expect.arrayContaining(expected));
    expect(data["exit_code"]).not.toBe(0);
    expect(text).toMatch(/1 error, 1 warning/);
    expect(text).toContain("broken.c:3:10: error");

    const started = await session.call("run_build_command", { cwd, background: true });
    const waited = await session.call("wait_command", { handle_id: started.data["handle_id"], timeout_ms: slow });
    expect(waited.data["diagnostics"]).toEqual(data["diagnostics"]);
  });
});
