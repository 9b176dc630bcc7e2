/** What children write, through real pipes: all of it, wherever and however they open them. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommand } from "../../../src/process/command.ts";
import { eventually } from "../../support/eventually.ts";
import { argv, run, sh, type TestLauncher, testLauncher, testMark } from "../../support/launch.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

let context: TestLauncher;
let directory: string;
let file: string;
beforeAll(() => {
  context = testLauncher();
  directory = mkdtempSync(join(tmpdir(), "out-"));
  file = join(directory, "file");
  writeFileSync(file, "from the file\n");
});
afterAll(async () => {
  await context[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const reopening = (): string =>
  `echo a; echo b > /dev/stderr; echo c | tee /dev/stderr; cp ${file} /dev/stdout; echo d; echo e > /dev/stdout`;

describe("output", () => {
  it("takes what is written to /dev/stdout and /dev/stderr, and truncates nothing", async () => {
    const { status, stdout, stderr } = await run(context.launcher, sh(reopening()));
    expect(`${stdout}`).toBe("a\nc\nfrom the file\nd\ne\n");
    expect(`${stderr}`).toBe("b\nc\n");
    expect(status).toEqual({ code: 0, signal: null });
  });

  it("keeps the exact order in one pipe", async () => {
    const { stdout, stderr } = await run(context.launcher, sh(reopening()), { merged: true });
    expect(`${stdout}`).toBe("a\nb\nc\nc\nfrom the file\nd\ne\n");
    expect(stderr).toHaveLength(0);
  });

  it("goes straight into files, which stay open", async () => {
    const fd = openSync(join(directory, "artifact"), "a", 0o600);
    const child = await context.launcher.launch(createCommand(sh("echo out; echo err >&2")), testMark, {
      kind: "files",
      stdout: fd,
      stderr: fd,
    });
    await child.exited;
    expect([child.stdout, child.stderr, child.stdin]).toEqual([null, null, null]);
    closeSync(fd);
    expect(readFileSync(join(directory, "artifact"), "utf8")).toBe("out\nerr\n");
  });

  it("is whole for 300 commands at once, through one shared buffer", { timeout: 60_000 }, async () => {
    const lines = (name: number): string =>
      Array.from({ length: 400 }, (_, i) => `${name} ${i} ${"x".repeat(60)}\n`).join("");
    const script = (name: number): string =>
      `i=0; while [ $i -lt 400 ]; do echo "${name} $i ${"x".repeat(60)}"; i=$((i+1)); done; echo ${name} >&2`;
    const all = Array.from({ length: 300 }, (_, name) => run(context.launcher, sh(script(name))));
    for (const [name, result] of (await Promise.all(all)).entries()) {
      expect(`${result.stdout}` === lines(name), `stdout of ${name}`).toBe(true);
      expect(`${result.stderr}`).toBe(`${name}\n`);
    }
  });

  it("ends only when the last writer has gone, long after the leader, and then says so", async () => {
    const seen: string[] = [];
    const child = await context.launcher.launch(createCommand(sh("(sleep 0.3; echo late) & echo early")), testMark, {
      kind: "pipes",
      onStdout: (chunk) => seen.push(`${Buffer.from(chunk)}`),
      onStderr: null,
    });
    await child.exited;
    expect(child.stdout?.atEnd).toBe(false);
    await child.stdout?.ended;
    expect(child.stdout?.atEnd).toBe(true);
    expect(seen.join("")).toBe("early\nlate\n");
  });

  it("stops at once when destroyed: the writer gets SIGPIPE and no chunk follows", async () => {
    let bytes = 0;
    const child = await context.launcher.launch(createCommand(argv("yes")), testMark, {
      kind: "pipes",
      onStdout: (chunk) => {
        bytes += chunk.length;
      },
      onStderr: null,
    });
    await eventually(() => bytes > 1_000_000);
    child.stdout?.destroy();
    child.stdout?.destroy();
    const atDestroy = bytes;
    await child.stdout?.ended;
    expect(child.stdout?.atEnd).toBe(false);
    expect(await child.exited).toEqual({ code: null, signal: "SIGPIPE" });
    expect(bytes).toBe(atDestroy);
  });
});
