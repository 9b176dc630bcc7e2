import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { planArtifacts } from "../../../src/output/artifacts.ts";
import { createFileRecorder } from "../../../src/output/file-recorder.ts";
import { readOutput } from "../../../src/output/reader.ts";
import { salvage } from "../../../src/output/salvage.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

/** A command runs as the same user, so it can reach its own artifacts: it must not reach anything else through us. */
describe("a command that tampers with its artifacts", () => {
  it.each(["combined.txt", "combined.partial"])("gains nothing by a link at %s", async (name) => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const victim = join(artifacts.root, "victim");
    writeFileSync(victim, "precious");
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("a"));
    recorder.write("stderr", Buffer.from("b"));
    symlinkSync(victim, join(directory, name));
    const { combined } = await recorder.finish();
    expect(readFileSync(victim, "utf8")).toBe("precious");
    // Only a link that we must not follow ourselves leaves us without the file.
    expect(combined.path === null).toBe(name === "combined.txt");
  });

  it("replaces what stands in the place of a single stream's second name", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const victim = join(artifacts.root, "victim");
    writeFileSync(victim, "precious");
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("mine"));
    symlinkSync(victim, join(directory, "combined.txt"));
    expect((await recorder.finish()).combined.path).toBe(join(directory, "combined.txt"));
    expect(statSync(join(directory, "combined.txt")).ino).toBe(statSync(join(directory, "stdout.txt")).ino);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  it("does not make us read a file that it linked to", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const victim = join(artifacts.root, "victim");
    writeFileSync(victim, "secret");
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("mine"));
    rmSync(join(directory, "stdout.txt"));
    symlinkSync(victim, join(directory, "stdout.txt"));
    await recorder.finish();
    for (const stream of ["stdout", "combined"] as const) {
      const read = await readOutput({ directory, stream }).then(
        ({ bytes }) => bytes.toString(),
        (error) => error.kind,
      );
      expect(["unavailable", ""]).toContain(read);
    }
  });

  it("does not make the polling of a captured file, or what is salvaged after a crash, read a file that it linked to", async () => {
    using artifacts = artifactsRoot();
    const handleId = newId("command");
    const directory = artifacts.directory(handleId);
    const victim = join(artifacts.root, "victim");
    writeFileSync(victim, "secret");
    const options = { directory, merged: true, maxBytes: 100, previewBytes: 100, onLimit: () => {} };
    const recorder = createFileRecorder(options);
    const seen: string[] = [];
    recorder.onOutput((_stream, chunk) => seen.push(Buffer.from(chunk).toString()));
    rmSync(join(directory, "stdout.txt"));
    symlinkSync(victim, join(directory, "stdout.txt"));
    recorder.poll();
    expect([recorder.bytes("stdout"), recorder.preview("stdout").text, seen]).toEqual([0, "", []]);
    const summary = await recorder.finish();
    expect(summary).toMatchObject({ stdout: { bytes: 0 }, sha256: null, hashOmitted: "write_failed" });
    const salvaged = await salvage(planArtifacts(artifacts.root, handleId, true));
    expect([salvaged.stdout.text, salvaged.output.stdout.bytes]).toEqual(["", 0]);
  });

  it("does not hang us with a FIFO", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    execFileSync("mkfifo", [join(directory, "stdout.txt")]);
    await expect(readOutput({ directory, stream: "stdout" })).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("cannot make holes: we append", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("first"));
    truncateSync(join(directory, "stdout.txt"), 0);
    recorder.write("stdout", Buffer.from("second"));
    await recorder.finish();
    expect(readFileSync(join(directory, "stdout.txt"), "utf8")).toBe("second");
  });

  it("gets an error, not made-up bytes, when it truncated what the index tells of", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("first"));
    recorder.write("stderr", Buffer.from("second"));
    truncateSync(join(directory, "stdout.txt"), 0);
    await expect(readOutput({ directory, stream: "combined" })).rejects.toMatchObject({ kind: "unavailable" });
    expect((await recorder.finish()).combined).toMatchObject({ bytes: 11 });
  });

  it("does not stop the end by moving the directory away", async () => {
    using artifacts = artifactsRoot();
    const directory = artifacts.directory();
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.from("x"));
    renameSync(directory, `${directory}-moved`);
    expect((await recorder.finish()).combined.path).toBeNull();
  });
});
