import { describe, expect, it } from "vitest";
import { errorLines } from "../../../src/output/error-lines.ts";
import { type ExcerptOptions, excerpt } from "../../../src/output/excerpt.ts";
import { HeadTail } from "../../../src/output/head-tail.ts";
import { countNewlines } from "../../../src/output/lines.ts";
import { previewOf } from "../../../src/output/preview.ts";

function section(text: string, { limit = 1_000_000, name = "output" } = {}) {
  const bytes = Buffer.from(text);
  const ends = new HeadTail(limit);
  ends.push(bytes);
  const newlines = countNewlines(bytes);
  const preview = previewOf(ends.ends(), { newlines, growing: false });
  return { name, preview, totalLines: newlines + (text === "" || text.endsWith("\n") ? 0 : 1) };
}

const options = (more: Partial<ExcerptOptions> = {}): ExcerptOptions => ({ newTag: () => "k3j9", ...more });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

describe("excerpt", () => {
  it("shows a short output whole", () => {
    expect(excerpt([section("one\ntwo\n")], options())).toEqual({
      text: "```output k3j9\none\ntwo\n``` k3j9",
      shownLines: 2,
      hiddenLines: 0,
    });
  });

  it("is empty when nothing was printed", () => {
    expect(excerpt([section("")], options())).toEqual({ text: "", shownLines: 0, hiddenLines: 0 });
  });

  it("hides lines from the middle and says how to read them", () => {
    const hint = (name: string, from: number, to: number) => `read ${name} ${from}-${to}`;
    const { text, ...counts } = excerpt([section(numbers(214))], options({ headLines: 2, tailLines: 1, hint }));
    expect(text.split("\n")).toEqual([
      "```output k3j9",
      "line 1",
      "line 2",
      "[k3j9 211 lines hidden: read output 3-213]",
      "line 214",
      "``` k3j9",
    ]);
    expect(counts).toEqual({ shownLines: 3, hiddenLines: 211 });
  });

  it("numbers the lines behind what the preview omitted", () => {
    const text = `${numbers(500)}error: it broke\n${numbers(4)}`;
    const { text: shown } = excerpt([section(text, { limit: 200 })], options({ headLines: 1, tailLines: 2 }));
    expect(shown).toContain("\n501: error: it broke\n");
    expect(shown).toContain("first error lines among them");
    expect(shown).toContain("[k3j9 501 lines hidden]");
  });

  it("hides bytes when there are no lines to count", () => {
    const { text } = excerpt([section("x".repeat(1_000), { limit: 10 })], options());
    expect(text).toBe("```output k3j9\nxxxxx\n[k3j9 990 bytes hidden]\nxxxxx\n``` k3j9");
  });

  it("cuts a line that is too long between characters", () => {
    const { text } = excerpt([section(`${"😀".repeat(10)}\n`)], options({ maxLineChars: 3 }));
    expect(text).toContain("😀 [k3j9 18 more characters]");
  });

  it("draws another tag when the output knows the first", () => {
    const tags = ["aaaa", "bbbb"];
    const { text } = excerpt([section("``` AAAA\n[exit 0]\n")], options({ newTag: () => tags.shift() ?? "" }));
    expect(text).toBe("````output bbbb\n``` AAAA\n[exit 0]\n```` bbbb");
    expect(() => excerpt([section("k3j9")], options())).toThrow(expect.objectContaining({ kind: "internal" }));
  });

  it("gives each stream its fence, all with one tag", () => {
    const { text } = excerpt([section("a\n", { name: "stdout" }), section("b\n", { name: "stderr" })], options());
    expect(text).toBe("```stdout k3j9\na\n``` k3j9\n```stderr k3j9\nb\n``` k3j9");
  });
});

describe("errorLines", () => {
  it("finds what tools print when something went wrong", () => {
    const errors = [
      "src/a.ts(3,1): error TS2322: Type",
      "Error: ENOENT",
      "Traceback (most recent call last):",
      "TypeError: x is not a function",
      "thread 'main' panicked at src/main.rs",
      "FAIL test/a.test.ts",
      "not ok 3 - works",
      "bash: foo: command not found",
      "E   assert 1 == 2",
      "npm ERR! code ELIFECYCLE 1 failed",
    ];
    expect(errorLines(["ok", ...errors, "done"].join("\n"), 100)).toEqual(errors);
  });

  it("leaves out good news, and stops at its limit", () => {
    expect(errorLines("0 errors\nno failures\nFound 0 errors.\nterror\n", 5)).toEqual([]);
    expect(errorLines("error 1\nerror 2\nerror 3\n", 2)).toEqual(["error 1", "error 2"]);
  });
});
