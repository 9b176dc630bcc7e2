import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { CallRegistry } from "../../../src/session/calls.ts";
import { parseInput } from "../../../src/tools/input.ts";
import { runCommandInput } from "../../../src/tools/run-command-input.ts";
import { commandOf, requestOf, waitMsOf } from "../../../src/tools/run-command-request.ts";
import { fakeEngine } from "../../support/fake-engine.ts";

using engine = await fakeEngine();
const session = await engine.openSession();
const parse = (input: object) => parseInput(runCommandInput, { argv: ["true"], ...input }, "run_command");
const command = (input: object) => commandOf(parseInput(runCommandInput, input, "run_command"), session.parts);
const request = (input: object) => {
  using call = new CallRegistry().open("s", "run_command", { callId: "c1" });
  const parsed = parse(input);
  const context = { session, call, requestId: undefined, handleId: newId("command"), inspection: null };
  return requestOf(parsed, commandOf(parsed, session.parts), context);
};

describe("how long the call itself waits", () => {
  it.each([
    [{}, Number.POSITIVE_INFINITY],
    [{ background: true }, 0],
    [{ background: false }, Number.POSITIVE_INFINITY],
    [{ long_running: true }, 0],
    [{ long_running: true, background: false }, Number.POSITIVE_INFINITY],
    [{ background_after_ms: 0 }, 0],
    [{ background_after_ms: 250 }, 250],
    [{ background_after_ms: 250, background: true }, 250],
  ])("%o: %d ms", (input, ms) => expect(waitMsOf(parse(input))).toBe(ms));
});

describe("what runs", () => {
  it("argv as it is, without a shell", () => {
    expect(command({ argv: ["echo", "$HOME", "a b"] })).toMatchObject({
      argv: ["echo", "$HOME", "a b"],
      display: "echo '$HOME' 'a b'",
      stdin: { kind: "none" },
    });
  });

  it("command by a shell, another on request", () => {
    expect(command({ command: "echo $HOME" }).argv.slice(1)).toEqual(["-c", "echo $HOME"]);
    for (const shell of ["/bin/sh", { path: "/bin/sh" }, { id: "sh" }]) {
      expect(command({ command: "x", shell }).argv[0]).toMatch(/(^|\/)sh$/);
    }
    expect(command({ command: "x", shell_id: "sh" }).argv[0]).toMatch(/(^|\/)sh$/);
  });

  it("mode decides when both are given", () => {
    const both = { command: "echo text", argv: ["echo", "argv"] };
    expect(command({ ...both, mode: "argv" }).display).toBe("echo argv");
    expect(command({ ...both, mode: "shell" }).display).toBe("echo text");
    expect(() => command(both)).toThrow(expect.objectContaining({ kind: "invalid_parameter", param: "command" }));
  });

  it.each([
    [{}, "missing_parameter", "argv"],
    [{ mode: "shell" }, "missing_parameter", "command"],
    [{ mode: "argv", command: "x" }, "missing_parameter", "argv"],
    [{ argv: [] }, "invalid_parameter", "argv"],
    [{ argv: [""] }, "invalid_parameter", "argv"],
    [{ argv: ["x"], cwd: "/no/such/place" }, "invalid_parameter", "cwd"],
  ])("refused: %o", (input, kind, param) => {
    expect(() => command(input)).toThrow(expect.objectContaining({ kind, param }));
  });

  it("stdin is text, then end of file", () => {
    expect(command({ argv: ["cat"], stdin: "é" }).stdin).toEqual({
      kind: "bytes",
      bytes: new TextEncoder().encode("é"),
    });
  });

  it("the environment of the caller, above the one that is inherited", () => {
    const { env } = command({ argv: ["env"], env: { A: "1" } });
    expect(env).toMatchObject({ A: "1", PATH: "/usr/bin:/bin" });
    expect(command({ argv: ["env"], env: { A: "1" }, env_mode: "replace" }).env).not.toHaveProperty("PATH");
    expect(command({ argv: ["env"], env_remove: ["PATH"] }).env).not.toHaveProperty("PATH");
  });
});

describe("what is recorded", () => {
  it("the deprecated spellings mean the new ones", () => {
    expect(request({}).capture).toEqual({ merge: false, previewBytes: 500, transport: "pipe" });
    expect(request({ capture_stderr: false }).capture.merge).toBe(true);
    expect(request({ capture_stderr: false, capture: { max_inline_bytes: 9 } }).capture).toMatchObject({
      merge: true,
      previewBytes: 9,
    });
    expect(request({ capture: { merge_stderr: true }, capture_stderr: true }).capture.merge).toBe(true);
    expect(request({ max_inline_bytes: 5, capture: { max_inline_bytes: 9 } }).capture.previewBytes).toBe(5);
  });

  it("0 is no timeout and no progress", () => {
    expect(request({ timeout_ms: 0, progress_interval_ms: 0 })).toMatchObject({ timeoutMs: null, progress: null });
    expect(request({ timeout_ms: 5 }).timeoutMs).toBe(5);
  });

  it("progress never slows below its own interval", () => {
    expect(request({ progress_interval_ms: 100 }).progress).toEqual({
      intervalMs: 100,
      maxIntervalMs: 30_000,
      maxInlineBytes: 500,
    });
    expect(request({ progress_interval_ms: 90_000 }).progress?.maxIntervalMs).toBe(90_000);
  });

  it("whose it is, and a request id of its own unless the caller gave one", () => {
    const [first, second] = [request({}), request({})];
    expect(first).toMatchObject({
      owner: session.id,
      callId: "c1",
      label: null,
      leftovers: "stop",
      maxOutputBytes: 1_000,
    });
    expect(first.requestId).not.toBe(second.requestId);
  });

  it("what is not supported yet is refused", () => {
    expect(() => request({ lifetime: "detached" })).toThrow(
      expect.objectContaining({ kind: "unsupported", param: "lifetime" }),
    );
  });
});
