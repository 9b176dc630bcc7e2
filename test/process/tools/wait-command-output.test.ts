import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const start = (session: Session, command: string, more: object = {}) =>
  run(session, { command, background: true, ...more });
const wait = (session: Session, pattern: string, more: object = {}) =>
  callTool(session, "wait_command_output", { handle_id: "h1", pattern, timeout_ms: 20_000, ...more });
const regex = { regex: true };

/** Goes on when the test says so, which it does by making a file: `go 1; echo more`. */
const steps = 'go() { while [ ! -e "$DIR/$1" ]; do sleep 0.02; done; };';
function staged(stateDir: string) {
  const directory = join(stateDir, "steps");
  mkdirSync(directory);
  return {
    env: { env: { DIR: directory }, env_mode: "patch" },
    go: (step: number) => mkdirSync(join(directory, String(step))),
  };
}

describe.each(stores)("wait_command_output (%s)", (store) => {
  it("finds a text that is printed in pieces, and says where", async () => {
    await using at = await testRuntime({ store });
    const { env, go } = staged(at.stateDir);
    await start(at.session, `${steps} printf 'é: rea'; go 1; printf 'dy\\n'; sleep 60`, env);
    const waiting = wait(at.session, "ready");
    await eventually(async () => (await wait(at.session, "rea", { timeout_ms: 0 }))["matched"]);
    go(1);
    expect(await waiting).toMatchObject({
      status: "matched",
      handle_id: expect.stringMatching(/^hto-/),
      alias: "h1",
      source: "combined",
      pattern: "ready",
      matched: true,
      timed_out: false,
      match_start: 4,
      match_end: 9,
      next_offset: 9,
      match: "ready",
      result: null,
    });
    expect(at.session.live()).toHaveLength(1);
  });

  it("finds a regular expression on stderr that is printed in pieces, and not what stdout printed", async () => {
    await using at = await testRuntime({ store });
    const { env, go } = staged(at.stateDir);
    const command = `${steps} echo 'port 1'; printf 'listening\\non po' >&2; go 1; printf 'rt 5173.\\n' >&2; sleep 60`;
    await start(at.session, command, env);
    const waiting = wait(at.session, "^on port (\\d+)\\.", { ...regex, source: "stderr" });
    await eventually(async () => (await wait(at.session, "on po", { timeout_ms: 0 }))["matched"]);
    go(1);
    expect(await waiting).toMatchObject({
      status: "matched",
      match: "on port 5173.",
      match_start: 10,
      source: "stderr",
    });
  });

  it("exit before a match: the answer is the result, and its delivery", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 0.2; echo nothing of the kind; exit 3");
    const data = await wait(at.session, "ready");
    expect<unknown>(data).toMatchObject({
      status: "exited",
      matched: false,
      match: null,
      match_start: null,
      next_offset: expect.any(Number),
      result: { status: "completed", exit_code: 3, completed: true },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("a match wins over the exit, and leaves the result to the inbox", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 0.2; seq 1 20000; echo ready; exit 3");
    expect(await wait(at.session, "ready")).toMatchObject({ status: "matched", result: null });
    await eventually(() => at.session.live().length === 0);
    expect(await drainResults(at.session)).toMatchObject([{ exit_code: 3 }]);
  });

  it("searches what a finished command printed, again and again", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "echo out; echo err >&2; printf 'no newline'");
    await eventually(() => at.session.live().length === 0);
    expect(await wait(at.session, "newline$", { ...regex, source: "stdout" })).toMatchObject({
      status: "matched",
      match: "newline",
    });
    expect(await wait(at.session, "^err$", { ...regex, source: "stderr" })).toMatchObject({ match_start: 0 });
    expect(await wait(at.session, "err", { source: "stdout" })).toMatchObject({ status: "exited" });
    expect(await wait(at.session, "out", { from_offset: 1 })).toMatchObject({
      status: "exited",
      result: { exit_code: 0 },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("a timeout tells how it stands, and from where to go on", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "echo so far; sleep 60");
    await wait(at.session, "far");
    const data = await wait(at.session, "ready", { timeout_ms: 60 });
    expect<unknown>(data).toMatchObject({
      status: "timed_out",
      matched: false,
      timed_out: true,
      result: { status: "running", stdout: "so far\n" },
    });
    expect(at.session.live()).toHaveLength(1);
  });

  it("cancelled or moved: only the wait is over", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 60");
    const call = (callId: string) =>
      at.session.call("wait_command_output", { handle_id: "h1", pattern: "ready" }, { callId });
    const [first, second] = [call("a"), call("b")];
    await eventually(() => at.session.parts.calls.inFlight(at.session.id).length === 2);
    expect(await at.session.cancelCall("a")).toBe("cancelled");
    expect(await at.session.moveToBackground("b")).toBe(true);
    for (const answer of await Promise.all([first, second])) {
      expect(answer).toMatchObject({ status: "cancelled", data: { matched: false, result: { status: "running" } } });
    }
    expect(at.session.live()).toHaveLength(1);
  });
});

describe("wait_command_output", () => {
  it("looks past colours, and its offsets are of what was printed", async () => {
    await using at = await testRuntime();
    await start(
      at.session,
      "printf '\\033[1mLocal:\\033[0m   \\033[36mhttp://localhost:\\033[1m5173\\033[0m/\\r\\n'; sleep 60",
    );
    const found = await wait(at.session, "^Local:\\s+(\\S+)$", regex);
    expect(found).toMatchObject({ match: "Local:   http://localhost:5173/", match_start: 4 });
    const { text } = await at.session.call("wait_command_output", { handle_id: "h1", pattern: "localhost:5173" });
    expect(text).toMatch(
      /^\[h1 matched at byte 29 · running \d+m?s\]\n```combined \w+\nLocal: {3}http:\/\/localhost:5173\/\n``` \w+\n\[its result/,
    );
  });

  it("a line that is still being printed has not ended", async () => {
    await using at = await testRuntime();
    const { env, go } = staged(at.stateDir);
    await start(at.session, `${steps} printf ready; go 1; printf ' steady\\n'; go 2; printf 'ready\\n'; sleep 60`, env);
    await wait(at.session, "ready");
    expect(await wait(at.session, "ready$", { ...regex, timeout_ms: 0 })).toMatchObject({ status: "timed_out" });
    const waiting = wait(at.session, "^ready$", regex);
    go(1);
    await wait(at.session, "steady");
    go(2);
    expect(await waiting).toMatchObject({ match_start: 13 });
  });

  it("goes on from an offset: the second time a server says that it is ready", async () => {
    await using at = await testRuntime();
    const { env, go } = staged(at.stateDir);
    await start(at.session, `${steps} echo built; go 1; echo built; sleep 60`, env);
    const first = await wait(at.session, "built");
    const second = wait(at.session, "built", { from_offset: first["next_offset"] });
    go(1);
    expect(await second).toMatchObject({ match_start: 6 });
  });

  it("waits for a command whose output goes into its files directly", async () => {
    await using at = await testRuntime();
    const { env, go } = staged(at.stateDir);
    const capture = { capture: { transport: "file" } };
    await start(at.session, `${steps} echo one; go 1; echo two; go 2; echo three >&2; sleep 60`, {
      ...env,
      ...capture,
    });
    const waiting = wait(at.session, "two");
    go(1);
    expect(await waiting).toMatchObject({ match_start: 4 });
    go(2);
    expect(await wait(at.session, "three", { source: "stderr" })).toMatchObject({ match_start: 0 });
    const refused = wait(at.session, "four");
    await expect(refused).rejects.toMatchObject({ kind: "unsupported", param: "source" });
  });

  it("refuses what cannot come: stderr that is merged, a pattern that is none, output that is gone", async () => {
    await using at = await testRuntime();
    await start(at.session, "echo x >&2", { capture: { merge_stderr: true } });
    await eventually(() => at.session.live().length === 0);
    const refusals: [string, object, object][] = [
      ["x", { source: "stderr" }, { kind: "invalid_parameter", param: "source" }],
      ["(?=x)", regex, { kind: "invalid_parameter", param: "pattern", message: expect.stringContaining("lookaround") }],
      ["a{1000}", regex, { kind: "invalid_parameter", param: "pattern" }],
      ["", {}, { kind: "invalid_parameter", param: "pattern" }],
      ["x", { handle_id: "h9" }, { kind: "not_found", param: "handle_id" }],
      ["x", { session_id: "ses_other" }, { kind: "not_found", param: "session_id" }],
    ];
    for (const [pattern, more, error] of refusals) {
      await expect(wait(at.session, pattern, more)).rejects.toMatchObject(error);
    }
    expect(await wait(at.session, "x", { source: "combined" })).toMatchObject({ matched: true });
    rmSync(join(at.session.parts.artifactsRoot), { recursive: true });
    await expect(wait(at.session, "x")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("searches the output of an earlier run", async () => {
    const first = await testRuntime({ store: "sqlite" });
    await using _directory = {
      [Symbol.asyncDispose]: async () => rmSync(first.stateDir, { recursive: true, force: true }),
    };
    const { id } = first.session;
    await start(first.session, "echo ready; echo err >&2");
    await eventually(() => first.session.live().length === 0);
    await first.session.leave();
    await first.runtime.close();
    await using again = await testRuntime({ store: "sqlite", stateDir: first.stateDir });
    const session = await again.runtime.openSession({ id });
    expect(await wait(session, "ready")).toMatchObject({ status: "matched", match_start: 0 });
    expect(await wait(session, "steady")).toMatchObject({ status: "exited", result: { exit_code: 0 } });
    expect(await drainResults(session)).toEqual([]);
  });

  it("watches a command that runs under another host", async () => {
    await using here = await testRuntime({ store: "sqlite" });
    await using there = await testRuntime({ store: "sqlite", stateDir: here.stateDir });
    const { env, go } = staged(here.stateDir);
    await start(here.session, `${steps} echo one; go 1; echo two; go 2; exit 5`, env);
    const session = await there.runtime.openSession({ id: here.session.id });
    const waiting = wait(session, "two");
    go(1);
    expect(await waiting).toMatchObject({ status: "matched", match_start: 4 });
    expect(await wait(session, "three", { timeout_ms: 50 })).toMatchObject({ status: "timed_out" });
    const ending = wait(session, "three");
    go(2);
    expect(await ending).toMatchObject({ status: "exited", result: { exit_code: 5 } });
  });

  it("a hundred waits at once", async () => {
    await using at = await testRuntime();
    const { env, go } = staged(at.stateDir);
    await start(at.session, `${steps} go 1; seq -f 'line %g.' 1 100; sleep 60`, env);
    const waits = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0 ? wait(at.session, `line ${index + 1}.`) : wait(at.session, `^line ${index + 1}\\.$`, regex),
    );
    await eventually(() => at.session.parts.calls.inFlight(at.session.id).length === 100);
    go(1);
    const found = await Promise.all(waits);
    expect(found.map(({ match }) => match)).toEqual(found.map((_, index) => `line ${index + 1}.`));
  });

  it("a hostile pattern over hostile output holds up neither the host nor the command, nor outlives its timeout", async () => {
    await using at = await testRuntime();
    const random = "head -c 3000000 /dev/urandom | tr '\\000-\\177' a | tr '\\200-\\377' b";
    await start(at.session, `${random}; echo; echo printed >&2; sleep 60`);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const patterns = ["(a|b)*a(a|b){30}[cd]", "(a|a)*[xy]\\d", "(a+b+)+[yz]", "(.*)(.*)(.*)(.*)[yz]"];
    const hostile = [...patterns, ...patterns].map((pattern) =>
      wait(at.session, pattern, { ...regex, timeout_ms: 1_500 }),
    );
    expect(await wait(at.session, "printed", { source: "stderr" })).toMatchObject({ matched: true });
    const answers = await Promise.all(hostile);
    delay.disable();
    expect(answers.map(({ status }: JsonObject) => status)).toEqual(hostile.map(() => "timed_out"));
    // A step takes 20 ms where this was measured, and 50 ms once; a search that is not cut into steps takes many seconds.
    expect(delay.max / 1e6).toBeLessThan(1_500);
  }, 60_000);
});
