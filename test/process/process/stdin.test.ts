/** Stdin in its three kinds. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Child, InputPipe } from "../../../src/process/child.ts";
import type { CommandInput, Stdin } from "../../../src/process/command.ts";
import { eventually } from "../../support/eventually.ts";
import { argv, run, sh, type TestLauncher, testLauncher } from "../../support/launch.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

let context: TestLauncher;
beforeAll(() => {
  context = testLauncher();
});
afterAll(() => context[Symbol.asyncDispose]());

const bytes = (content: string | Uint8Array): Stdin => ({ kind: "bytes", bytes: Buffer.from(content) });
const withStdin = (input: CommandInput, stdin: Stdin): CommandInput => ({ ...input, stdin });

/** Starts with an open stdin; `ended` resolves with everything at the end. */
async function open(input: CommandInput): Promise<{ child: Child; stdin: InputPipe; ended: ReturnType<typeof run> }> {
  const started = Promise.withResolvers<Child>();
  const ended = run(context.launcher, withStdin(input, { kind: "open" }), { onStarted: started.resolve });
  ended.catch(started.reject);
  const child = await started.promise;
  if (child.stdin === null) throw new Error("no stdin");
  return { child, stdin: child.stdin, ended };
}

describe("stdin none", () => {
  it("is /dev/null", async () => {
    const { stdout } = await run(context.launcher, sh("cat; readlink /proc/self/fd/0"));
    expect(`${stdout}`).toBe("/dev/null\n");
  });
});

describe("stdin bytes", () => {
  it("can be opened again by name, also as a script", async () => {
    expect(`${(await run(context.launcher, withStdin(argv("cat", "/dev/stdin"), bytes("abc")))).stdout}`).toBe("abc");
    const script = withStdin(argv("sh", "/dev/stdin", "x"), bytes("echo script $1"));
    expect(`${(await run(context.launcher, script)).stdout}`).toBe("script x\n");
  });

  it("may be empty", async () => {
    expect((await run(context.launcher, withStdin(argv("cat"), bytes("")))).stdout).toHaveLength(0);
  });

  it.each([64 * 1024, 5_000_000])("passes %i bytes while the child prints them", async (size) => {
    const content = randomBytes(size);
    const { stdout } = await run(context.launcher, withStdin(argv("cat"), bytes(content)));
    expect(stdout.equals(content)).toBe(true);
  });

  it("does not mind a child that reads nothing, and leaves no file", async () => {
    const { status } = await run(context.launcher, withStdin(argv("true"), bytes(randomBytes(5_000_000))));
    expect(status.code).toBe(0);
    expect(readdirSync(context.runtimeDir).filter((name) => name.startsWith("stdin"))).toEqual([]);
  });

  it("cannot be written by the child", async () => {
    const { stdout } = await run(
      context.launcher,
      withStdin(sh("(echo x >&0) 2>/dev/null || echo refused"), bytes("abc")),
    );
    expect(`${stdout}`).toBe("refused\n");
  });
});

describe("open stdin", () => {
  it("takes writes until it is ended", async () => {
    const { stdin, ended } = await open(argv("cat"));
    expect(await stdin.write(Buffer.from("one "))).toBe(true);
    expect(await stdin.write(Buffer.from("two"))).toBe(true);
    stdin.end();
    stdin.end();
    expect(`${(await ended).stdout}`).toBe("one two");
    expect(await stdin.write(Buffer.from("late"))).toBe(false);
  });

  it("ends after what was written before the end, however much", async () => {
    const content = randomBytes(3_000_000);
    const { stdin, ended } = await open(argv("cat"));
    const writes = [0, 1, 2].map((part) => stdin.write(content.subarray(part * 1_000_000, (part + 1) * 1_000_000)));
    stdin.end();
    expect((await ended).stdout.equals(content)).toBe(true);
    expect(await Promise.all(writes)).toEqual([true, true, true]);
  });

  it("holds a writer back while the reader does not read", async () => {
    const { child, stdin, ended } = await open(argv("cat"));
    process.kill(child.pid, "SIGSTOP");
    await eventually(() => state(child.pid) === "T");
    let flushed = false;
    const write = stdin.write(Buffer.alloc(1_000_000)).then((ok) => {
      flushed = true;
      return ok;
    });
    // A second child comes and goes meanwhile: time in which the write would have finished, did nothing hold it back.
    await run(context.launcher, argv("true"));
    expect(flushed).toBe(false);
    process.kill(child.pid, "SIGCONT");
    expect(await write).toBe(true);
    stdin.end();
    expect((await ended).stdout).toHaveLength(1_000_000);
  });

  it("says false when nobody reads any more, while the child still runs", async () => {
    const { child, stdin, ended } = await open(sh("exec sleep 60 < /dev/null"));
    await eventually(async () => !(await stdin.write(Buffer.from("x"))), { timeoutMs: 2_000 });
    expect(isAlive(child.pid)).toBe(true);
    process.kill(child.pid, "SIGKILL");
    await ended;
  });

  it("says false to a write that waits when its reader dies", async () => {
    const { child, stdin, ended } = await open(argv("sleep", "60"));
    const write = stdin.write(Buffer.alloc(1_000_000));
    process.kill(child.pid, "SIGKILL");
    expect(await write).toBe(false);
    expect((await ended).status).toEqual({ code: null, signal: "SIGKILL" });
    expect(await stdin.write(Buffer.from("x"))).toBe(false);
  });

  it("is a pipe whose reader blocks, and that can be opened again by name while it is open", async () => {
    const { stdin, ended } = await open(
      sh("grep ^flags /proc/self/fdinfo/0; stat -Lc %F /dev/stdin; head -n 1 /dev/stdin; cat"),
    );
    await stdin.write(Buffer.from("again\n"));
    // More than a pipe holds: it is flushed only after `head` has opened and read.
    expect(await stdin.write(Buffer.alloc(64 * 1024))).toBe(true);
    stdin.end();
    const [flags, type, line] = `${(await ended).stdout}`.split("\n");
    // O_NONBLOCK is 04000.
    expect(Number.parseInt(flags?.split(/\s+/)[1] ?? "", 8) & 0o4000).toBe(0);
    expect([type, line]).toEqual(["fifo", "again"]);
  });
});

function state(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
}
