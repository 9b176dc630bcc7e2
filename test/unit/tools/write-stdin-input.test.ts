import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { parseInput } from "../../../src/tools/input.ts";
import { runCommandInput } from "../../../src/tools/run-command-input.ts";
import { commandOf } from "../../../src/tools/run-command-request.ts";
import { bytesOf, writeStdinInput } from "../../../src/tools/write-stdin-input.ts";
import { fakeEngine } from "../../support/fake-engine.ts";

using engine = await fakeEngine();
const session = await engine.openSession();

const bytes = (input: object) => bytesOf(parseInput(writeStdinInput, { handle_id: "h1", ...input }, "write_stdin"));
const command = (input: object) =>
  commandOf(parseInput(runCommandInput, { argv: ["true"], ...input }, "run_command"), session.parts);

function failure(act: () => unknown): Pick<LonghandError, "kind" | "param"> {
  try {
    act();
  } catch (error) {
    const { kind, param } = error as LonghandError;
    return { kind, param };
  }
  throw new Error("it was accepted");
}

describe("what write_stdin is given", () => {
  it.each([
    [{ text: "ä\n" }, Buffer.from("ä\n")],
    [{ base64: "AAEC/w==" }, Buffer.from([0, 1, 2, 255])],
    [{ base64: "AAEC/w" }, Buffer.from([0, 1, 2, 255])],
    [{ text: "" }, Buffer.from("")],
  ])("%j is bytes", (input, expected) => expect(Buffer.from(bytes(input) ?? "none")).toEqual(expected));

  it.each([{ eof: true }, { signal: "SIGINT" }, { cols: 80, rows: 24 }])("%j needs no text", (input) =>
    expect(bytes(input)).toBe(null),
  );

  it.each([
    [{}, "missing_parameter", "text"],
    [{ eof: false, wait_ms: 5 }, "missing_parameter", "text"],
    [{ text: "a", base64: "AA==" }, "invalid_parameter", "base64"],
    [{ base64: "not base64!" }, "invalid_parameter", "base64"],
    [{ cols: 80 }, "missing_parameter", "rows"],
    [{ rows: 80 }, "missing_parameter", "cols"],
    [{ cols: 0, rows: 1 }, "invalid_parameter", "cols"],
    [{ signal: "SIGKILL" }, "invalid_parameter", "signal"],
    [{ text: 5 }, "invalid_parameter", "text"],
  ])("%j is refused", (input, kind, param) => expect(failure(() => bytes(input))).toEqual({ kind, param }));
});

describe("the stdin and the terminal of a command", () => {
  const text = (of: string) => ({ kind: "bytes", bytes: new TextEncoder().encode(of) });

  it.each<[object, object]>([
    [{}, { kind: "none" }],
    [{ stdin: "some text" }, text("some text")],
    [{ stdin: "" }, text("")],
    [{ stdin: "open" }, { kind: "open" }],
    [{ stdin: { open: true } }, { kind: "open" }],
    [{ stdin: { text: "open" } }, text("open")],
    [{ pty: {} }, { kind: "open" }],
    [{ pty: {}, stdin: "open" }, { kind: "open" }],
    [{ pty: {}, stdin: "typed first\n" }, text("typed first\n")],
  ])("%j", (input, expected) => expect(command(input).stdin).toEqual(expected));

  it("has a size and a name of its own", () => {
    expect(command({ pty: {} })).toMatchObject({ terminal: { cols: 120, rows: 40 }, env: { TERM: "xterm-256color" } });
    expect(command({ pty: { cols: 1, rows: 1_000 } }).terminal).toEqual({ cols: 1, rows: 1_000 });
    expect(command({ pty: {}, env: { TERM: "vt100" } }).env["TERM"]).toBe("vt100");
    expect(command({})).toMatchObject({ terminal: null, env: { TERM: "dumb" } });
  });

  it.each([
    [{ pty: { cols: 1_001 } }, "pty.cols"],
    [{ pty: { rows: 0 } }, "pty.rows"],
    [{ pty: { width: 5 } }, "pty.width"],
    [{ pty: true }, "pty"],
    [{ stdin: { text: "a", open: true } }, "stdin"],
  ])("%j is refused", (input, param) =>
    expect(failure(() => command(input))).toEqual({ kind: "invalid_parameter", param }),
  );
});

it("a terminal that cannot be had is refused before anything is placed", async () => {
  using bare = await fakeEngine();
  const asking = await bare.openSession();
  bare.launcher.check = ({ terminal }) => {
    if (terminal !== null) throw new LonghandError("unsupported", "no terminals here", { param: "pty" });
  };
  const start = (input: object) => asking.call("run_command", { argv: ["true"], background: true, ...input });
  await expect(start({ pty: {} })).rejects.toMatchObject({ kind: "unsupported", param: "pty" });
  expect((await asking.call("list_handles", { state: "any" })).data).toEqual({ handles: [] });
  expect(bare.launcher.processes).toEqual([]);
  await start({});
  expect(bare.launcher.processes).toHaveLength(1);
});
