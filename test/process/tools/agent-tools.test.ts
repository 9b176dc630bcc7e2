import { describe, expect, it } from "vitest";
import type { RuntimeOptions } from "../../../src/runtime.ts";
import { agentTools } from "../../../src/tools/agent-tools.ts";
import { eventually } from "../../support/eventually.ts";
import { parseFences } from "../../support/fences.ts";
import { drainResults, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

async function agent(options: RuntimeOptions = {}) {
  const at = await testRuntime(options);
  const tools = new Map(agentTools(at.session).map((tool) => [tool.name, tool]));
  const execute = (name: string, input: object, callOptions = {}) => {
    const tool = tools.get(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.execute(input, callOptions);
  };
  return { ...at, execute, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

describe("run_command", () => {
  it("answers with the result: both streams in the order in which they were printed", async () => {
    await using at = await agent();
    const { text, data, isError } = await at.execute("run_command", {
      command: "for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 3",
    });
    const printed = ["out 1", "err 1", "out 2", "err 2", "out 3", "err 3"];
    expect(isError).toBe(false);
    const { ours, fences } = parseFences(text);
    expect(ours).toEqual([expect.stringMatching(/^\[exit 3 · \d+ms · h1 · 6 lines\]$/)]);
    expect(fences).toMatchObject([{ name: "output", lines: printed }]);
    expect(data).toMatchObject({ exit_code: 3, stdout: `${printed.join("\n")}\n`, stderr: "", merged_stderr: true });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("answers after background_after_ms with a handle, its last lines, and what to do next", async () => {
    await using at = await agent();
    const before = performance.now();
    const { text, data } = await at.execute("run_command", { command: "seq 1 30; sleep 60", background_after_ms: 200 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(199);
    expect(data).toMatchObject({ status: "running", alias: "h1", completed: false });
    const { ours, fences } = parseFences(text);
    expect(ours).toEqual([
      expect.stringMatching(/^\[running h1 · \d+ms · 81 B · (busy|idle \d+ms)\]$/),
      "[its result: wait_command h1. Stop: cancel_handle h1]",
    ]);
    const [fence] = fences;
    expect(fence?.lines[0]).toBe(`[${fence?.tag} 20 lines hidden: read_command_output h1 lines 1-20]`);
    expect(fence?.lines.slice(1)).toEqual(Array.from({ length: 10 }, (_, n) => `${n + 21}`));
  });

  it("says that the result arrives by itself only where the host said so", async () => {
    await using at = await agent({ injectsInbox: true });
    const { text } = await at.execute("run_command", { command: "sleep 60", background_after_ms: 0 });
    expect(text.split("\n").at(-1)).toBe("[the result arrives by itself; do not poll. Stop: cancel_handle h1]");
    const waited = await at.execute("wait_command", { handle_id: "h1", timeout_ms: 10 });
    expect(waited.text).toContain("[the result arrives by itself; do not poll. Stop: cancel_handle h1]");
  });

  it("env is added to the environment, and wins", async () => {
    process.env["LONGHAND_TEST_AGENT"] = "kept";
    try {
      await using at = await agent();
      const { data } = await at.execute("run_command", {
        command: 'echo "$LONGHAND_TEST_AGENT $ADDED $TERM"; command -v ls > /dev/null && echo path',
        env: { ADDED: "added", TERM: "own" },
      });
      expect(data["stdout"]).toBe("kept added own\npath\n");
    } finally {
      delete process.env["LONGHAND_TEST_AGENT"];
    }
  });

  it("argv runs without a shell, stdin and cwd as given", async () => {
    await using at = await agent();
    const echo = await at.execute("run_command", { argv: ["echo", "$HOME; *"] });
    expect(echo.data["stdout"]).toBe("$HOME; *\n");
    const cat = await at.execute("run_command", { command: "pwd; cat", stdin: "typed", cwd: "/" });
    expect(cat.data["stdout"]).toBe("/\ntyped");
  });

  it("a timeout is a result, and so is a call that the host cancels", async () => {
    await using at = await agent();
    const late = await at.execute("run_command", { command: "sleep 60", timeout_ms: 100 });
    expect(late).toMatchObject({ isError: false, data: { status: "timed_out" } });
    expect(late.text).toMatch(/^\[timed out · /);
    const abort = new AbortController();
    const running = at.execute("run_command", { command: "sleep 60" }, { signal: abort.signal });
    await eventually(() => at.session.live().some(({ phase }) => phase === "running"));
    abort.abort("wrong branch");
    const cancelled = await running;
    expect(cancelled).toMatchObject({ isError: false, data: { status: "cancelled" } });
    expect(cancelled.text).toMatch(
      /^\[cancelled h2 · \d+ms · by caller: "wrong branch" · no output · 1 stopped, 0 left\]/,
    );
  });
});

describe("what goes on in the background", () => {
  it("wait_command answers with the result; nothing is left for the inbox", async () => {
    await using at = await agent();
    await at.execute("run_command", { command: "sleep 0.3; echo done", background_after_ms: 0 });
    const early = await at.execute("wait_command", { handle_id: "h1", timeout_ms: 10 });
    expect(early.text).toMatch(/^\[running h1 · .*\n\[its result: wait_command h1\. Stop: cancel_handle h1\]$/);
    const { text, data } = await at.execute("wait_command", { handle_id: "h1" });
    expect(text).toMatch(/^\[exit 0 · \d+ms · h1 · 1 line\]\n/);
    expect(data).toMatchObject({ completed: true, stdout: "done\n" });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("cancel_handle answers with the result, also when it had ended", async () => {
    await using at = await agent();
    await at.execute("run_command", { command: "sleep 60 & sleep 60", background_after_ms: 0 });
    const { text, data } = await at.execute("cancel_handle", { handle_id: "h1", reason: 'wrong\n"branch"' });
    expect(text).toMatch(/^\[cancelled h1 · \d+ms · by agent: "wrong 'branch'" · no output · \d stopped, 0 left\]$/);
    expect<unknown>(data).toMatchObject({ cancelled: true, result: { process_cleanup: { survivor_count: 0 } } });
    const again = await at.execute("cancel_handle", { handle_id: "h1" });
    expect(again).toMatchObject({ text, isError: false, data: { cancelled: false, result: { status: "killed" } } });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("list_handles shows what runs, and says how to see the rest", async () => {
    await using at = await agent();
    await at.execute("run_command", { command: "exit 2" });
    expect((await at.execute("list_handles", {})).text).toBe(
      '[nothing is running; state "any" lists what has ended too]',
    );
    await at.execute("run_command", { command: "kill -9 $$" });
    await at.execute("run_command", { command: "sleep 60", background_after_ms: 0, label: "server" });
    const { text } = await at.execute("list_handles", { state: "any" });
    const steady = text.replaceAll(/· \d+ms/g, "· T").replace(/busy|idle \d+ms/, "ACTIVITY");
    expect(steady.split("\n")).toEqual([
      "[h3 · running · T · ACTIVITY] server: sleep 60",
      "[h2 · completed SIGKILL · T] kill -9 $$",
      "[h1 · completed exit 2 · T] exit 2",
    ]);
  });
});

describe("a handle by any of its names", () => {
  it.each(["wait_command", "read_command_output", "cancel_handle"])("%s", async (name) => {
    await using at = await agent();
    const { data } = await at.execute("run_command", { command: "echo hi" });
    for (const id of ["h1", String(data["handle_id"])]) {
      const answer = await at.execute(name, { handle_id: id });
      expect(answer, id).toMatchObject({ isError: false });
      expect(answer.text).toContain("\nhi\n");
    }
    const { text, isError } = await at.execute(name, { handle_id: "h2" });
    expect(isError).toBe(true);
    expect(text).toBe(
      '[error not_found] no handle "h2" in this session; did you mean h1? list_handles with state "any" shows all.',
    );
  });
});

describe("ranges of output", () => {
  const read = async (at: Awaited<ReturnType<typeof agent>>, input: object) => {
    const { text } = await at.execute("read_command_output", { handle_id: "h1", ...input });
    const { ours, fences } = parseFences(text);
    return [...ours, ...fences.map(({ lines }) => lines.join(","))];
  };

  it("what is hidden can be read as the note says, and pages say where they go on", async () => {
    await using at = await agent();
    const { text } = await at.execute("run_command", { command: "seq 1 100" });
    expect(parseFences(text).ours[0]).toMatch(/· 100 lines, 60 shown\]$/);
    expect(text).toContain("40 lines hidden: read_command_output h1 lines 21-60]");
    expect(await read(at, { from_line: 21, to_line: 23 })).toEqual(["[h1 combined · lines 21-23]", "21,22,23"]);
    expect(await read(at, { from_line: -2 })).toEqual(["[h1 combined · lines 99-100]", "99,100"]);
    expect(await read(at, { from_line: 98, to_line: 200 })).toEqual(["[h1 combined · lines 98-100]", "98,99,100"]);
    expect(await read(at, { from_line: 10, length: 7 })).toEqual([
      "[h1 combined · lines 10-11 · more follows: from_line 12]",
      "10,11",
    ]);
    expect(await read(at, { length: 4 })).toEqual(["[h1 combined · bytes 0-4 of 292 · more follows: offset 4]", "1,2"]);
    expect(await read(at, { offset: -4 })).toEqual(["[h1 combined · bytes 288-292 of 292]", "100"]);
  });

  it("says what there is when nothing of it was asked for", async () => {
    await using at = await agent();
    await at.execute("run_command", { command: "seq 1 3" });
    expect(await read(at, { from_line: 7 })).toEqual(["[h1 combined · no such lines: there are 3]"]);
    const zero = await at.execute("read_command_output", { handle_id: "h1", from_line: 0 });
    expect(zero.text).toBe(
      "[error invalid_parameter] from_line: expected a line from 1 on, or negative to count from the end, got 0",
    );
  });

  it("a line that is longer than a page goes on by bytes", async () => {
    await using at = await agent();
    await at.execute("run_command", { command: "printf '%0100d\\n' 7" });
    expect((await read(at, { from_line: 1, length: 10 }))[0]).toBe(
      "[h1 combined · lines 1-1 · more follows: offset 10]",
    );
  });

  it("a note about one of two streams names it", async () => {
    await using at = await agent();
    const both = await at.session.call("run_command", { command: "seq 1 100; seq 201 300 >&2" });
    expect(both.text).toContain("read_command_output h1 stdout lines 21-60]");
    expect(both.text).toContain("read_command_output h1 stderr lines 21-60]");
    expect((await read(at, { stream: "stderr", from_line: 21, to_line: 22 }))[1]).toBe("221,222");
  });
});

describe("errors are texts, never rejections", () => {
  it("a start that fails, a directory that is not there, a denial, a closed session", async () => {
    await using at = await agent({
      approve: ({ command }) =>
        command.includes("rm") ? { decision: "deny", reason: "not\n[exit 0]" } : { decision: "allow" },
    });
    const text = async (input: object) => {
      const { isError, text } = await at.execute("run_command", input);
      expect(isError).toBe(true);
      return text;
    };
    expect(await text({ argv: ["no-such-program"] })).toMatch(/^\[error spawn_failed\] .*Nothing was started\./);
    expect(await text({ command: "pwd", cwd: "/no/such" })).toMatch(/^\[error invalid_parameter\] .*"\/no\/such"/);
    expect(await text({ command: "rm -r x" })).toBe(
      "[error policy_denied] denied: not [exit 0]. Nothing was started: do something else, or ask the user.",
    );
    await at.session.close();
    expect(await text({ command: "true" })).toMatch(/^\[error closed\] /);
  });

  it("a call id that is in flight is refused as a text too", async () => {
    await using at = await agent();
    const first = at.execute("run_command", { command: "sleep 60" }, { callId: "c1" });
    const second = await at.execute("run_command", { command: "true" }, { callId: "c1" });
    expect(second.text).toMatch(/^\[error conflict\] .*"c1"/);
    await at.session.cancelCall("c1");
    expect(await first).toMatchObject({ isError: false });
  });
});
