import { closeSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { createArtifacts } from "../../../src/output/artifacts.ts";
import { createFileRecorder } from "../../../src/output/file-recorder.ts";
import { readOutput } from "../../../src/output/reader.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";
import { type TinyDisk, tinyDisk } from "../../support/tiny-disk.ts";

function disk(kilobytes: number, skip: (reason: string) => never, files?: number): TinyDisk {
  const made = tinyDisk(kilobytes, files);
  return typeof made === "string" ? skip(made) : made;
}

/** Number of the descriptor behind a file of ours. */
function descriptorOf(path: string): number {
  const found = readdirSync("/proc/self/fd").find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
  return Number(found);
}

describe("a full disk", () => {
  it("stops the artifact without a hole; counts and preview go on, and the summary says so", async ({ skip }) => {
    using full = disk(64, skip);
    const directory = createArtifacts(full.root, newId("command"));
    const recorder = recorderIn(directory, { previewBytes: 10 });
    const chunks = Array.from({ length: 100 }, (_, index) => Buffer.alloc(3_000, String(index % 10)));
    for (const chunk of chunks) recorder.write("stdout", chunk);
    recorder.write("stdout", Buffer.from("\nlast"));
    const summary = await recorder.finish();
    expect(summary).toMatchObject({
      stdout: { bytes: 300_005, lines: 2 },
      sha256: null,
      hashOmitted: "write_failed",
      writeError: { errno: "ENOSPC" },
      droppedBytes: 0,
    });
    expect(recorder.preview("stdout").text).toMatch(/^00000\n.*\n\nlast$/);
    const written = readFileSync(join(directory, "stdout.txt"));
    expect(written.length).toBeGreaterThan(40_000);
    expect(written).toEqual(Buffer.concat(chunks).subarray(0, written.length));
  });

  it("keeps two streams readable in order, though there is no room for combined.txt", async ({ skip }) => {
    using full = disk(64, skip);
    const directory = createArtifacts(full.root, newId("command"));
    const recorder = recorderIn(directory);
    const chunks = Array.from({ length: 10 }, (_, index) => Buffer.alloc(4_000, String(index)));
    for (const [index, chunk] of chunks.entries()) recorder.write(index % 2 === 0 ? "stdout" : "stderr", chunk);
    const summary = await recorder.finish();
    expect(summary).toMatchObject({ combined: { bytes: 40_000, path: null }, writeError: null });
    expect(summary.sha256).not.toBeNull();
    expect((await readOutput({ directory, stream: "combined" })).bytes).toEqual(Buffer.concat(chunks));
    expect(readdirSync(directory).sort()).toEqual(["combined.index", "stderr.txt", "stdout.txt"]);
  });

  it("never grows one stream after the other failed: what is there is a beginning of what was printed", async ({
    skip,
  }) => {
    using full = disk(32, skip);
    const directory = createArtifacts(full.root, newId("command"));
    const recorder = recorderIn(directory);
    const all: Buffer[] = [];
    for (let index = 0; index < 300; index++) {
      const chunk = Buffer.alloc(index % 2 === 0 ? 700 : 10, String(index % 10));
      all.push(chunk);
      recorder.write(index % 2 === 0 ? "stdout" : "stderr", chunk);
    }
    expect((await recorder.finish()).writeError).toMatchObject({ errno: "ENOSPC" });
    const { bytes, total } = await readOutput({ directory, stream: "combined" });
    expect(bytes).toEqual(Buffer.concat(all).subarray(0, total));
    expect(total).toBeGreaterThan(10_000);
    expect(statSync(join(directory, "stdout.txt")).size + statSync(join(directory, "stderr.txt")).size).toBe(total);
  });

  it("still calls onLimit, because the command must end", async ({ skip }) => {
    using full = disk(32, skip);
    let limits = 0;
    const directory = createArtifacts(full.root, newId("command"));
    const recorder = recorderIn(directory, { maxBytes: 100_000, onLimit: () => limits++ });
    for (let index = 0; index < 200; index++) recorder.write("stdout", Buffer.alloc(1_000, "x"));
    expect(limits).toBe(1);
    expect(await recorder.finish()).toMatchObject({ stdout: { bytes: 100_000 }, droppedBytes: 100_000 });
  });

  it("refuses the next handle before it starts", ({ skip }) => {
    using full = disk(64, skip, 6);
    const start = () => recorderIn(createArtifacts(full.root, newId("command")));
    const refusal = expect.objectContaining({ kind: "unavailable", retryable: true, details: { errno: "ENOSPC" } });
    expect(start).not.toThrow();
    expect(start).toThrow(refusal);
  });
});

describe("a descriptor that is gone", () => {
  it("is a write error, not a throw", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("kept"));
    closeSync(descriptorOf(join(directory, "stdout.txt")));
    recorder.write("stdout", Buffer.from("lost"));
    const summary = await recorder.finish();
    expect(summary).toMatchObject({ stdout: { bytes: 8 }, sha256: null, writeError: { errno: "EBADF" } });
    expect(readFileSync(join(directory, "stdout.txt"), "utf8")).toBe("kept");
  });
});

describe("a directory that is gone", () => {
  it("refuses the recorder at once", () => {
    const missing = "/nonexistent/longhand";
    const options = { directory: missing, merged: false, maxBytes: 1, previewBytes: 1, onLimit: () => {} };
    expect(() => recorderIn(missing)).toThrow(expect.objectContaining({ kind: "unavailable" }));
    expect(() => createFileRecorder(options)).toThrow(expect.objectContaining({ details: { errno: "ENOENT" } }));
  });
});
