import { appendFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compilePattern, type OutputPattern } from "../../../src/output/output-pattern.ts";
import { OutputSearch } from "../../../src/output/output-search.ts";
import { SearchTurns } from "../../../src/output/search-turns.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

function searching(
  source: string,
  { regex = false, fromOffset = 0, sizes = {} as Partial<OutputPattern>, stream = "stdout" as const } = {},
) {
  const artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const path = join(directory, "stdout.txt");
  const pattern = { ...compilePattern(source, { regex }), ...sizes };
  const search = new OutputSearch({ directory, stream, pattern, fromOffset, turns: new SearchTurns() });
  return {
    directory,
    path,
    search,
    print: (text: string | Buffer) => appendFileSync(path, text),
    look: (final = false) => search.look({ final }),
    [Symbol.dispose]: () => artifacts[Symbol.dispose](),
  };
}

describe("a search", () => {
  it.each([
    ["literal", "rea\u65e5dy", false],
    ["regular expression", "^\\[rea\u65e5dy\\]$", true],
  ])("of a %s finds it wherever it was cut", async (_, source, regex) => {
    const printed = Buffer.from("noise\n\x1b[2m[\x1b[1mrea\u65e5d\x1b[0my]\r\nmore");
    for (let cut = 0; cut <= printed.length; cut++) {
      using at = searching(source, { regex });
      at.print(printed.subarray(0, cut));
      const early = await at.look();
      at.print(printed.subarray(cut));
      const found = early ?? (await at.look());
      expect(found, `cut at ${cut}`).toMatchObject(regex ? { start: 10, end: 28 } : { start: 15, end: 27 });
    }
  });

  it.each([4, 5, 6, 7, 8])("finds it wherever windows of %i bytes end", async (page) => {
    for (let before = 0; before < 12; before++) {
      using at = searching("r\u65e5dy", { sizes: { page } });
      at.print(`${"é".repeat(before)}r\u65e5dyx`);
      expect(await at.look()).toMatchObject({ start: 2 * before, end: 2 * before + 6 });
    }
  });

  it("sees neither the start of a line nor of a word where a window begins", async () => {
    for (const source of ["^aa", "\\baa", "\\Aaa"]) {
      using at = searching(source, { regex: true, sizes: { span: 4, page: 3 } });
      at.print(`b${"a".repeat(50)}`);
      expect(await at.look()).toBeNull();
      at.print("aaa");
      expect(await at.look(true)).toBeNull();
    }
  });

  it("gives all of a match that goes on behind the window, when it is there", async () => {
    using at = searching("x+", { regex: true, sizes: { span: 20, page: 10 } });
    at.print(`${"-".repeat(25)}${"x".repeat(20)}-`);
    expect(await at.look()).toMatchObject({ start: 25, end: 45 });
  });

  it("begins at an offset, with what stands before as context", async () => {
    const cases: [number, string, number | null][] = [
      [0, "^b", 2],
      [2, "^b", 2],
      [3, "^b", null],
      [3, "b", 3],
      [4, "b", null],
      [99, "b", null],
      [3, "", 3],
    ];
    for (const [fromOffset, source, start] of cases) {
      using at = searching(source === "" ? "\\b|b" : source, { regex: true, fromOffset });
      at.print("a\nbb\n");
      const found = await at.look(true);
      expect(found?.start ?? null, `${source} from ${fromOffset}`).toBe(source === "" ? 3 : start);
    }
  });

  it("an offset within an escape sequence does not turn its rest into text", async () => {
    for (let fromOffset = 3; fromOffset < 9; fromOffset++) {
      using at = searching("31", { fromOffset });
      at.print("ab\n\x1b[0;31mred");
      expect(await at.look(true)).toBeNull();
    }
  });

  it("an offset behind what was printed is waited for", async () => {
    using at = searching("x", { fromOffset: 5_000 });
    at.print("xxxx");
    expect(await at.look()).toBeNull();
    at.print("x".repeat(6_000));
    expect(await at.look()).toMatchObject({ start: 5_000 });
  });

  it("finds its way through megabytes of nothing but escape sequences", async () => {
    using at = searching("r[e]ady", { regex: true });
    at.print(`re${"\x1b[0m".repeat(10_000)}`);
    at.print("\x1b]0;".repeat(10_000));
    at.print("\nready");
    expect(await at.look(true)).toMatchObject({ text: "ready", start: 2 + 40_000 + 40_000 + 1 });
  });

  it("shows the lines of the match, and cuts long ones", async () => {
    using at = searching("b", {});
    at.print("one\n\x1b[1ma\x1b[0mbc\r\nthree");
    expect(await at.look()).toMatchObject({ lines: "abc" });
    using long = searching("b", {});
    long.print(`${"é".repeat(3_000)}b${"é".repeat(3_000)}`);
    const found = await long.look();
    expect(found?.lines).toMatch(/^é+bé+/);
    expect(found?.lines.length).toBeLessThan(1_100);
  });

  it("says from where another search misses nothing", async () => {
    using at = searching("ready");
    at.print("x".repeat(1_000));
    expect(await at.look()).toBeNull();
    expect(at.search.resumeAt).toBe(996);
    at.print("re");
    expect(await at.look()).toBeNull();
    expect(at.search.resumeAt).toBe(998);
  });

  it("begins again after the command truncated its artifact", async () => {
    using at = searching("^ready", { regex: true });
    at.print("some lines\n".repeat(5_000));
    expect(await at.look()).toBeNull();
    truncateSync(at.path, 0);
    expect(await at.look()).toBeNull();
    at.print("ready");
    expect(await at.look()).toMatchObject({ start: 0 });
  });

  it("stops when it is told to", async () => {
    using at = searching("ready");
    at.print(`${" ".repeat(3_000_000)}ready`);
    let steps = 0;
    expect(await at.search.look({ final: false, stop: () => ++steps > 6 })).toBeNull();
    expect(at.search.resumeAt).toBeLessThan(2_000_000);
    expect(await at.look()).toMatchObject({ start: 3_000_000 });
  });

  it("goes through two streams in the order in which they were read, while they grow and after", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    const look = (fromOffset: number, final: boolean) => {
      const pattern = compilePattern("a\\d+ b", { regex: true });
      return new OutputSearch({ directory, stream: "combined", pattern, fromOffset, turns: new SearchTurns() }).look({
        final,
      });
    };
    for (let line = 0; line < 2_000; line++) {
      recorder.write("stdout", Buffer.from(`x a${line}`));
      recorder.write("stderr", Buffer.from(` ${line % 1_000 === 999 ? "b" : "c"}\n`));
    }
    const running = [await look(0, false), await look(10_000, false)];
    await recorder.finish();
    expect(await Promise.all([look(0, true), look(10_000, true)])).toEqual(running);
    expect(running).toMatchObject([{ text: "a999 b" }, { text: "a1999 b" }]);
  });
});

describe("SearchTurns", () => {
  it("runs one step at a time, in order, and other work in between", async () => {
    const turns = new SearchTurns();
    const log: string[] = [];
    const step = (number: number): void => {
      const until = performance.now() + 5;
      while (performance.now() < until);
      log.push(`step ${number}`);
    };
    const steps = [1, 2, 3].map((number) => turns.run(() => step(number)));
    const failing = turns.run(() => {
      throw new Error("no");
    });
    setImmediate(() => log.push("other"));
    await Promise.all(steps);
    await expect(failing).rejects.toThrow("no");
    expect(log).toEqual(["step 1", "other", "step 2", "step 3"]);
  });
});
