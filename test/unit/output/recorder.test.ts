import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../../src/testing/clock.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const read = (directory: string, name: string) => readFileSync(join(directory, name), "utf8");

describe("createRecorder", () => {
  it("records two streams and the order of both", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("out 1\n"));
    recorder.write("stderr", Buffer.from("err 1\n"));
    recorder.write("stderr", Buffer.from("err 2\n"));
    recorder.write("stdout", Buffer.from("out 2"));
    const summary = await recorder.finish();
    expect(summary).toEqual({
      stdout: { bytes: 11, lines: 2, path: join(directory, "stdout.txt") },
      stderr: { bytes: 12, lines: 2, path: join(directory, "stderr.txt") },
      combined: { bytes: 23, lines: 4, path: join(directory, "combined.txt") },
      sha256: sha256("out 1\nerr 1\nerr 2\nout 2"),
      hashOmitted: null,
      droppedBytes: 0,
      writeError: null,
    });
    expect(read(directory, "combined.txt")).toBe("out 1\nerr 1\nerr 2\nout 2");
    expect(readdirSync(directory).sort()).toEqual(["combined.txt", "stderr.txt", "stdout.txt"]);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it.each(["stdout", "stderr"] as const)("gives the only stream that printed a second name (%s)", async (stream) => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write(stream, Buffer.from("x\n"));
    await recorder.finish();
    expect(read(directory, "combined.txt")).toBe("x\n");
    expect(statSync(join(directory, "combined.txt")).ino).toBe(statSync(join(directory, `${stream}.txt`)).ino);
  });

  it("takes everything as stdout when merged", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory, { merged: true });
    recorder.write("stderr", Buffer.from("a"));
    recorder.write("stdout", Buffer.from("b"));
    const summary = await recorder.finish();
    expect(summary.stdout.bytes).toBe(2);
    expect(summary.stderr).toEqual({ bytes: 0, lines: 0, path: null });
    expect(read(directory, "combined.txt")).toBe("ab");
    expect(existsSync(join(directory, "stderr.txt"))).toBe(false);
  });

  it("leaves empty files when nothing was printed", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const summary = await recorderIn(directory).finish();
    for (const name of ["stdout.txt", "stderr.txt", "combined.txt"]) expect(read(directory, name)).toBe("");
    expect(summary).toMatchObject({ sha256: sha256(""), combined: { bytes: 0, lines: 0 } });
  });

  it("keeps exactly maxBytes over all streams, counts the rest, and says so once", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const onLimit = vi.fn();
    const recorder = recorderIn(directory, { maxBytes: 10, onLimit });
    recorder.write("stdout", Buffer.from("123456"));
    recorder.write("stderr", Buffer.from("abcd"));
    expect(onLimit).not.toHaveBeenCalled();
    recorder.write("stderr", Buffer.from("efg"));
    recorder.write("stdout", Buffer.from("789"));
    expect(onLimit).toHaveBeenCalledOnce();
    const summary = await recorder.finish();
    expect(summary).toMatchObject({ droppedBytes: 6, combined: { bytes: 10 }, sha256: sha256("123456abcd") });
    expect(read(directory, "combined.txt")).toBe("123456abcd");
  });

  it("cuts the chunk that passes the limit", () => {
    using artifacts = artifactsRoot();
    const recorder = recorderIn(artifacts.directory(), { maxBytes: 3 });
    recorder.write("stdout", Buffer.from("12345"));
    expect([recorder.bytes("stdout"), recorder.preview("stdout").text]).toEqual([3, "123"]);
  });

  it("shows listeners what is kept, with offsets in its stream", () => {
    using artifacts = artifactsRoot();
    const recorder = recorderIn(artifacts.directory(), { maxBytes: 5 });
    const seen: unknown[] = [];
    const watching = recorder.onOutput((stream, chunk, offset) =>
      seen.push([stream, Buffer.from(chunk).toString(), offset]),
    );
    recorder.write("stdout", Buffer.from("ab"));
    recorder.write("stderr", Buffer.from("x"));
    recorder.write("stdout", Buffer.from("cde"));
    watching[Symbol.dispose]();
    recorder.write("stdout", Buffer.from("f"));
    expect(seen).toEqual([
      ["stdout", "ab", 0],
      ["stderr", "x", 0],
      ["stdout", "cd", 2],
    ]);
  });

  it("drops a listener that throws, and records on", () => {
    using artifacts = artifactsRoot();
    const recorder = recorderIn(artifacts.directory());
    const broken = vi.fn(() => {
      throw new Error("viewer");
    });
    const fine = vi.fn();
    recorder.onOutput(broken);
    recorder.onOutput(fine);
    recorder.write("stdout", Buffer.from("a"));
    recorder.write("stdout", Buffer.from("b"));
    expect([broken.mock.calls.length, fine.mock.calls.length, recorder.bytes("stdout")]).toEqual([1, 2, 2]);
  });

  it("counts an unterminated line of the combined output by what came last", () => {
    using artifacts = artifactsRoot();
    const recorder = recorderIn(artifacts.directory());
    recorder.write("stdout", Buffer.from("open"));
    expect(recorder.lines("combined")).toBe(1);
    recorder.write("stderr", Buffer.from("closed\n"));
    expect([recorder.lines("stdout"), recorder.lines("stderr"), recorder.lines("combined")]).toEqual([1, 1, 1]);
  });

  it("knows when it last printed, on the monotonic clock", () => {
    using artifacts = artifactsRoot();
    const clock = fakeClock();
    const recorder = recorderIn(artifacts.directory(), { clock });
    expect(recorder.lastOutputAt).toBeNull();
    clock.advance(40);
    recorder.write("stdout", Buffer.from("x"));
    expect(recorder.lastOutputAt).toBe(40);
  });

  it("finishes once; what is written later is counted nowhere", async () => {
    using artifacts = artifactsRoot();
    const recorder = recorderIn(artifacts.directory());
    recorder.write("stdout", Buffer.from("x"));
    const finished = recorder.finish();
    recorder.write("stdout", Buffer.from("late"));
    expect(recorder.finish()).toBe(finished);
    expect((await finished).stdout.bytes).toBe(1);
    expect(recorder.preview("stdout").text).toBe("x");
  });

  it("copies what it is shown: the caller's buffer is filled again", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory, { previewBytes: 4 });
    const shared = Buffer.alloc(3);
    for (const text of ["abc", "def", "ghi"]) {
      shared.write(text);
      recorder.write("stdout", shared);
    }
    await recorder.finish();
    expect(read(directory, "stdout.txt")).toBe("abcdefghi");
    expect(recorder.preview("stdout").text).toBe("ab\n[... 5 bytes, 0 lines omitted ...]\nhi");
  });
});
