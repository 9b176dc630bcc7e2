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
  return { preview } as Recorder;
}

describe("lastLine", () => {
  it.each([
    ["the line that was not ended", { stdout: "one\ntwo\nName: " }, "Name:"],
    ["on stderr, before a line of stdout", { stdout: "building... ", stderr: "Password: " }, "Password:"],
    ["on stdout, when stderr is between lines", { stdout: "Name: ", stderr: "warning\n" }, "Name:"],
    ["else the last with anything in it", { stdout: "Continue? [y/N]\n\n" }, "Continue? [y/N]"],
    ["of stderr, when there is no other", { stderr: "Continue?\n", stdout: "" }, "Continue?"],
    ["without what only a terminal understands", { stdout: "\u001b[1mName:\u001b[0m \u0007" }, "Name:"],
  ])("is %s", (_, texts, expected) => {
    expect(lastLine(recorded(texts))).toBe(expected);
  });

  it("is found behind much output, and cut to its end", () => {
    const much = "x".repeat(100) + "\nline".repeat(20_000);
    expect(lastLine(recorded({ stdout: `${much}\nName: ` }))).toBe("Name:");
    const long = lastLine(recorded({ stdout: `${"y".repeat(3_000)} really?` }));
    expect(long).toHaveLength(80);
    expect(long).toMatch(/^…y+ really\?$/);
  });

  it("is null when nothing was printed or kept", () => {
    expect(lastLine(recorded({}))).toBeNull();
    expect(lastLine(recorded({ stdout: "\n \n" }))).toBeNull();
  });
});
