import { describe, expect, it } from "vitest";
import { lastLine } from "../../../src/handle/last-line.ts";
import { HeadTail } from "../../../src/output/head-tail.ts";
import { previewOf } from "../../../src/output/preview.ts";
import type { Recorder } from "../../../src/output/recorder.ts";

/** A recorder that has kept this. */
function recorded(texts: { readonly stdout?: string; readonly stderr?: string }): Recorder {
  const preview = (stream: "stdout" | "stderr", maxBytes?: number) => {
    const kept = new HeadTail(50_000);
    kept.push(Buffer.from(texts[stream] ?? ""));
    return previewOf(kept.ends(maxBytes), { newlines: 0, growing: true });
  };
  const ends = (stream: "stdout" | "stderr") => {
    const kept = new HeadTail(50_000);
    kept.push(Buffer.from(texts[stream] ?? ""));
    return kept.ends();
  };
  return { preview, ends } as Recorder;
}

const pipe = { terminal: false };
const terminal = { terminal: true };

describe("lastLine", () => {
  it.each([
    ["the line that was not ended", { stdout: "one\ntwo\nName: " }, "Name:"],
    ["on stderr, before a line of stdout", { stdout: "building... ", stderr: "Password: " }, "Password:"],
    ["on stdout, when stderr is between lines", { stdout: "Name: ", stderr: "warning\n" }, "Name:"],
    ["without what only a terminal understands", { stdout: "\u001b[1mName:\u001b[0m \u0007" }, "Name:"],
  ])("is %s", (_, texts, expected) => {
    expect(lastLine(recorded(texts), pipe)).toBe(expected);
    expect(lastLine(recorded(texts), terminal)).toBe(expected);
  });

  it.each([
    ["the last with anything in it", { stdout: "Continue? [y/N]\n\n" }, "Continue? [y/N]"],
    ["of stderr, when there is no other", { stderr: "Continue?\n", stdout: "" }, "Continue?"],
  ])("that was ended is a question on a terminal only: %s", (_, texts, expected) => {
    expect(lastLine(recorded(texts), terminal)).toBe(expected);
    expect(lastLine(recorded(texts), pipe)).toBeNull();
  });

  it.each([
    ["what draws from the top", `\u001b[H\u001b[2J${"load 0.1\r\n".repeat(40)}Mem: 5`],
    ["an editor", `$ vim x\r\n\u001b[?1049h\u001b[1;1H${"~\r\n".repeat(20)}"x" [New]`],
    ["a pager on the second screen, long after it was opened", `\u001b[?1049h${"line\r\n".repeat(4_000)}:`],
  ])("is no question where a program draws: %s", (_, stdout) => {
    expect(lastLine(recorded({ stdout }), terminal)).toBeNull();
  });

  it("is one again behind an editor that was left, and long behind what was drawn", () => {
    const left = "\u001b[?1049h\u001b[2;5Hx\u001b[?1049l\r\nSave it? ";
    expect(lastLine(recorded({ stdout: left }), terminal)).toBe("Save it?");
    const cleared = `\u001b[H\u001b[2J${"line\r\n".repeat(2_000)}Name: `;
    expect(lastLine(recorded({ stdout: cleared }), terminal)).toBe("Name:");
  });

  it("is found behind much output, and cut to its end", () => {
    const much = "x".repeat(100) + "\nline".repeat(20_000);
    expect(lastLine(recorded({ stdout: `${much}\nName: ` }), pipe)).toBe("Name:");
    const long = lastLine(recorded({ stdout: `${"y".repeat(3_000)} really?` }), pipe);
    expect(long).toHaveLength(80);
    expect(long).toMatch(/^…y+ really\?$/);
  });

  it("is null when nothing was printed or kept", () => {
    expect(lastLine(recorded({}), pipe)).toBeNull();
    expect(lastLine(recorded({ stdout: "\n \n" }), pipe)).toBeNull();
  });
});
