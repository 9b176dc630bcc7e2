import { describe, expect, it } from "vitest";
import { resolveHandle } from "../../../src/tools/resolve-handle.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, type TestRuntime, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const rows = 1_000;
const pty = { cols: 1_000, rows };
/** Few bytes that fill a terminal: a letter, repeated through the whole of it. */
const fill = "printf '\\033[2J\\033[Hx\\033[999999b\\033[1;1Htop'";

/** What the ledger has of the first handle. */
async function recorded({ session }: TestRuntime) {
  const found = await resolveHandle(session, "h1");
  if (found.where !== "ended") throw new Error("it has not ended");
  return found.report;
}

const screenOf = (at: TestRuntime) =>
  callTool(at.session, "read_command_output", { handle_id: "h1", stream: "screen" });

describe("the screen at the end of a terminal", () => {
  it("is within the bytes that were asked for, in the answer, the record and the message", async () => {
    await using at = await testRuntime();
    const capture = { max_inline_bytes: 2_000 };
    const answer = await run(at.session, { command: fill, pty, capture });
    const text = String(answer["screen"]);
    expect(text).toMatch(/^topx{100}/);
    expect(Buffer.byteLength(text)).toBeLessThan(2_200);
    expect(answer["truncated"]).toBe(true);
    const { screen } = await recorded(at);
    expect(screen).toMatchObject({ text, truncated: true, drawn: true });
    const whole = await screenOf(at);
    expect(String(whole["content"]).length).toBeGreaterThan(100_000);
    expect(String(whole["content"])).not.toContain("omitted");
    expect(whole).toMatchObject({ truncated: false, eof: true });
  });

  it.each([
    ["no bytes were wanted", { max_inline_bytes: 0 }],
    ["nothing of stdout was wanted", { stdout: false }],
  ])("is not in the answer where %s, and can be read", async (_, capture) => {
    await using at = await testRuntime();
    const answer = await run(at.session, { command: fill, pty: { cols: 40, rows: 5 }, capture });
    expect(answer).not.toHaveProperty("screen");
    expect(await screenOf(at)).toMatchObject({ content: expect.stringMatching(/^topx{20}/), eof: true });
  });

  it("is not recorded where no bytes were wanted", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: fill, pty, capture: { max_inline_bytes: 0 }, background: true });
    const body = await eventually(async () => (await drainResults(at.session))[0]);
    expect(JSON.stringify(body).length).toBeLessThan(10_000);
    expect(await recorded(at)).toMatchObject({ screen: null, terminal: pty });
  });

  it("is there for each of many that end together, in their own sizes", async () => {
    await using at = await testRuntime();
    const runs = Array.from({ length: 30 }, (_, index) =>
      run(at.session, { command: `printf '\\033[2J\\033[H${index} screens'`, pty: { cols: 40, rows: index + 1 } }),
    );
    expect((await Promise.all(runs)).map(({ screen }) => screen)).toEqual(
      Array.from({ length: 30 }, (_, index) => `${index} screens`),
    );
  });

  it("is of no terminal where there was none", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: "echo lines" });
    await expect(screenOf(at)).rejects.toMatchObject({ kind: "invalid_parameter", param: "stream" });
  });
});
