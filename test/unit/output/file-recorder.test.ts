import { createHash } from "node:crypto";
import { ftruncateSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createFileRecorder, type FileRecorder } from "../../../src/output/file-recorder.ts";
import { readOutput } from "../../../src/output/reader.ts";
import type { RecorderOptions } from "../../../src/output/recorder.ts";
import { summaryLimitBytes } from "../../../src/output/summarize.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { artifactsRoot } from "../../support/artifacts-root.ts";

function recording(directory: string, options: Partial<RecorderOptions> = {}): FileRecorder {
  const defaults = { merged: true, maxBytes: 1_000_000, previewBytes: 10, onLimit: () => {}, clock: fakeClock() };
  return createFileRecorder({ directory, ...defaults, ...options });
}

describe("createFileRecorder", () => {
  it("sees at each poll what the child wrote, and sums it up at the end", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const clock = fakeClock();
    const recorder = recording(directory, { clock });
    const seen: string[] = [];
    recorder.onOutput((stream, chunk, offset) => seen.push(`${stream} ${offset} ${Buffer.from(chunk).toString()}`));
    clock.advance(5);
    recorder.poll();
    expect(recorder.lastOutputAt).toBeNull();
    writeSync(recorder.fds.stdout, "one\ntwo\n");
    recorder.poll();
    expect([recorder.bytes("stdout"), recorder.lines("combined"), recorder.lastOutputAt]).toEqual([8, 2, 5]);
    writeSync(recorder.fds.stderr, "three");
    const summary = await recorder.finish();
    expect(seen).toEqual(["stdout 0 one\ntwo\n", "stdout 8 three"]);
    expect(summary).toEqual({
      stdout: { bytes: 13, lines: 3, path: join(directory, "stdout.txt") },
      stderr: { bytes: 0, lines: 0, path: null },
      combined: { bytes: 13, lines: 3, path: join(directory, "combined.txt") },
      sha256: `sha256:${createHash("sha256").update("one\ntwo\nthree").digest("hex")}`,
      hashOmitted: null,
      droppedBytes: 0,
      writeError: null,
    });
    expect(recorder.preview("stdout")).toMatchObject({ text: "one\nt\n[... 3 bytes, 1 line omitted ...]\nthree" });
    expect(recorder.finish()).toBe(recorder.finish());
  });

  it("notices the cap when it looks, once", () => {
    using artifacts = artifactsRoot();
    const onLimit = vi.fn();
    const recorder = recording(artifacts.directory(), { maxBytes: 4, onLimit });
    writeSync(recorder.fds.stdout, "1234");
    recorder.poll();
    expect(onLimit).not.toHaveBeenCalled();
    writeSync(recorder.fds.stdout, "5");
    recorder.poll();
    recorder.poll();
    expect(onLimit).toHaveBeenCalledOnce();
  });

  it("knows no order of two streams, and says so", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recording(directory, { merged: false });
    writeSync(recorder.fds.stdout, "out\n");
    writeSync(recorder.fds.stderr, "err\n");
    await expect(readOutput({ directory, stream: "combined" })).rejects.toMatchObject({ kind: "unsupported" });
    expect(await recorder.finish()).toMatchObject({
      combined: { bytes: 8, lines: 2, path: null },
      sha256: null,
      hashOmitted: "unordered",
    });
  });

  it("lays out combined when one of the two stayed silent", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recording(directory, { merged: false });
    writeSync(recorder.fds.stderr, "err\n");
    expect(await recorder.finish()).toMatchObject({ combined: { bytes: 4, path: join(directory, "combined.txt") } });
    expect(readFileSync(join(directory, "combined.txt"), "utf8")).toBe("err\n");
  });

  it("goes on after a script truncated its output", async () => {
    using artifacts = artifactsRoot();
    const recorder = recording(artifacts.directory());
    const seen: string[] = [];
    recorder.onOutput((_stream, chunk) => seen.push(Buffer.from(chunk).toString()));
    writeSync(recorder.fds.stdout, "first\n");
    recorder.poll();
    ftruncateSync(recorder.fds.stdout, 0);
    recorder.poll();
    writeSync(recorder.fds.stdout, "second\n");
    recorder.poll();
    expect(seen).toEqual(["first\n", "second\n"]);
    expect((await recorder.finish()).stdout.bytes).toBe(7);
  });

  it("shows a backlog in order, 4 MiB a poll, and the rest at the end", async () => {
    using artifacts = artifactsRoot();
    const recorder = recording(artifacts.directory(), { maxBytes: 2 ** 30 });
    let next = 0;
    recorder.onOutput((_stream, chunk, offset) => {
      expect(offset).toBe(next);
      next += chunk.length;
    });
    writeSync(recorder.fds.stdout, Buffer.alloc(10 * 2 ** 20, "x\n"));
    recorder.poll();
    expect(next).toBe(4 * 2 ** 20);
    await recorder.finish();
    expect(next).toBe(10 * 2 ** 20);
  });

  it("has no hash for what is too large to read back, and counts lines of the first part", async () => {
    using artifacts = artifactsRoot();
    const recorder = recording(artifacts.directory());
    writeSync(recorder.fds.stdout, "\n\n");
    ftruncateSync(recorder.fds.stdout, summaryLimitBytes + 1);
    writeSync(recorder.fds.stdout, "\n\n\n");
    expect(await recorder.finish()).toMatchObject({
      stdout: { bytes: summaryLimitBytes + 4, lines: 3 },
      sha256: null,
      hashOmitted: "too_large",
    });
  });
});
