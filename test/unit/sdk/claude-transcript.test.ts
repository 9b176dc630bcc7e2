import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { stands, waitUntilKept } from "../../../src/sdk/claude-transcript.ts";

function file(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), "longhand-transcript-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "conversation.jsonl");
  writeFileSync(path, content);
  return path;
}

describe("a mark in a conversation", () => {
  it("is found wherever the pieces of the file end, and in UTF-8 of any width", async () => {
    for (let before = 65_520; before < 65_540; before++) {
      expect(await stands("clm_0123456789", file(`${"x".repeat(before)}clm_0123456789`)), `${before}`).toBe(true);
    }
    expect(await stands("clm_1", file("· é 漢 clm_1 ·"))).toBe(true);
    expect(await stands("clm_1", file("clm_2 clm_"))).toBe(false);
  });

  it("is nowhere when there is no file", async () => {
    expect(await stands("clm_1", "/no/such/file")).toBe(false);
  });

  it("is waited for: it is written a moment late", async () => {
    const path = file("");
    const kept = waitUntilKept("clm_1", path);
    appendFileSync(path, "clm_1");
    await kept;
    expect(await stands("clm_1", path)).toBe(true);
  });
});
