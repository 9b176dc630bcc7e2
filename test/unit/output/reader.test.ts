import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ArtifactName } from "../../../src/output/artifacts.ts";
import { readLines } from "../../../src/output/line-reader.ts";
import { type ReadOptions, readOutput } from "../../../src/output/reader.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

async function printed(directory: string, text: string | Buffer): Promise<void> {
  const recorder = recorderIn(directory);
  recorder.write("stdout", Buffer.from(text));
  await recorder.finish();
}

async function readText(
  directory: string,
  options: Partial<ReadOptions> = {},
): Promise<[string, number, number, boolean]> {
  const { bytes, offset, nextOffset, eof } = await readOutput({ directory, stream: "stdout", ...options });
  return [bytes.toString(), offset, nextOffset, eof];
}

describe("readOutput", () => {
  it("reads ranges from the start and from the end", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "0123456789");
    expect(await readText(directory)).toEqual(["0123456789", 0, 10, true]);
    expect(await readText(directory, { offset: 2, length: 3 })).toEqual(["234", 2, 5, false]);
    expect(await readText(directory, { offset: -3 })).toEqual(["789", 7, 10, true]);
    expect(await readText(directory, { offset: -30, length: 2 })).toEqual(["01", 0, 2, false]);
    expect(await readText(directory, { offset: 10 })).toEqual(["", 10, 10, true]);
    expect(await readText(directory, { offset: 99 })).toEqual(["", 10, 10, true]);
    expect(await readText(directory, { length: 0 })).toEqual(["", 0, 0, false]);
  });

  it("reads 64 KiB unless told, and never more than 1 MiB", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, Buffer.alloc(2 ** 21, "x"));
    expect((await readOutput({ directory, stream: "stdout" })).bytes.length).toBe(65_536);
    const large = await readOutput({ directory, stream: "stdout", length: 2 ** 30, text: true });
    expect([large.bytes.length, large.total, large.path]).toEqual([2 ** 20, 2 ** 21, join(directory, "stdout.txt")]);
  });

  it.each([Number.NaN, 1.5, "3"])("refuses the offset %s", async (offset) => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "x");
    const reading = readOutput({ directory, stream: "stdout", offset: offset as number });
    await expect(reading).rejects.toMatchObject({ kind: "invalid_parameter", param: "offset" });
    await expect(readOutput({ directory, stream: "stdout", length: -1 })).rejects.toMatchObject({ param: "length" });
  });

  it("cuts text between code points and always goes on", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "a😀b");
    expect(await readText(directory, { text: true, length: 3 })).toEqual(["a", 0, 1, false]);
    expect(await readText(directory, { text: true, offset: 1, length: 1 })).toEqual(["😀", 1, 5, false]);
    expect(await readText(directory, { text: true, offset: -3 })).toEqual(["b", 5, 6, true]);
  });

  it("leaves an incomplete code point for later only while more may come", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, Buffer.from("a😀").subarray(0, 3));
    expect(await readText(directory, { text: true, growing: true })).toEqual(["a", 0, 1, false]);
    expect(await readText(directory, { text: true, growing: true, offset: 1 })).toEqual(["", 1, 1, false]);
    expect(await readText(directory, { text: true, growing: true, offset: 1, length: 1 })).toEqual(["", 1, 1, false]);
    expect(await readText(directory, { text: true, offset: 1 })).toEqual(["\ufffd", 1, 3, true]);
  });

  it("reads a running command, also the order of its two streams", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    const combined = async () => (await readOutput({ directory, stream: "combined" })).bytes.toString();
    expect(await combined()).toBe("");
    recorder.write("stderr", Buffer.from("e1"));
    expect(await combined()).toBe("e1");
    recorder.write("stdout", Buffer.from("o1"));
    expect(await combined()).toBe("e1o1");
    recorder.write("stderr", Buffer.from("e2"));
    expect(await combined()).toBe("e1o1e2");
    expect(await readText(directory, { stream: "combined", offset: 3, length: 2 })).toEqual(["1e", 3, 5, false]);
    await recorder.finish();
    expect(await combined()).toBe("e1o1e2");
  });

  it("finds nothing in the stderr of merged output, and no directory that was freed", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory, { merged: true });
    await recorder.finish();
    expect(await readOutput({ directory, stream: "stderr" })).toMatchObject({ total: 0, eof: true, path: null });
    rmSync(directory, { recursive: true });
    for (const stream of ["stdout", "combined"] satisfies ArtifactName[]) {
      await expect(readOutput({ directory, stream })).rejects.toMatchObject({ kind: "not_found" });
    }
  });

  it("follows no link, and reads nothing but files", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    symlinkSync("/etc/passwd", join(directory, "stdout.txt"));
    mkdirSync(join(directory, "stderr.txt"));
    for (const stream of ["stdout", "stderr"] as const) {
      await expect(readOutput({ directory, stream })).rejects.toMatchObject({ kind: "unavailable" });
    }
  });
});

describe("readLines", () => {
  const lines = async (directory: string, from?: number, to?: number, maxBytes?: number) => {
    const page = await readLines({
      directory,
      stream: "stdout",
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    return [page.bytes.toString(), page.from, page.to, page.truncated];
  };

  it("counts from the start and from the end, both ends included", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "one\ntwo\nthree\nfour");
    expect(await lines(directory)).toEqual(["one\ntwo\nthree\nfour", 1, 4, false]);
    expect(await lines(directory, 2, 3)).toEqual(["two\nthree\n", 2, 3, false]);
    expect(await lines(directory, -1)).toEqual(["four", 4, 4, false]);
    expect(await lines(directory, -2, -2)).toEqual(["three\n", 3, 3, false]);
    expect(await lines(directory, 3, 99)).toEqual(["three\nfour", 3, 4, false]);
    expect(await lines(directory, -99, 1)).toEqual(["one\n", 1, 1, false]);
    expect(await lines(directory, 5)).toEqual(["", 5, 4, false]);
    expect(await lines(directory, 3, 2)).toEqual(["", 3, 2, false]);
  });

  it("gives whole lines up to its limit, and says where to go on", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "one\ntwo\nthree\n");
    const page = await readLines({ directory, stream: "stdout", from: 1, maxBytes: 9 });
    expect(page).toMatchObject({ bytes: Buffer.from("one\ntwo\n"), to: 2, nextOffset: 8, truncated: true });
    expect(await lines(directory, 3, 3, 3)).toEqual(["thr", 3, 3, true]);
  });

  it("finds lines behind many blocks", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const all = Array.from({ length: 200_000 }, (_, index) => `line ${index + 1}\n`);
    await printed(directory, all.join(""));
    expect(await lines(directory, 150_000, 150_001)).toEqual(["line 150000\nline 150001\n", 150_000, 150_001, false]);
    expect(await lines(directory, -2)).toEqual(["line 199999\nline 200000\n", 199_999, 200_000, false]);
  });

  it("refuses line 0", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    await printed(directory, "x");
    await expect(lines(directory, 0)).rejects.toMatchObject({ kind: "invalid_parameter", param: "from" });
    await expect(lines(directory, 1, 0)).rejects.toMatchObject({ kind: "invalid_parameter", param: "to" });
  });
});
