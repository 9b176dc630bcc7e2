/** `longhand run` in a pipe: every byte, both ways, at the pace of whoever reads. */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, finished, program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { scratch } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const longhand = cli();
const files = scratch();
const random = randomBytes(5_000_000);
const file = join(files.path, "random");
beforeAll(() => writeFileSync(file, random));
afterAll(() => {
  longhand[Symbol.dispose]();
  files[Symbol.dispose]();
});

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
/** A shell line in which `$LH` is the command line. */
const inShell = (script: string) =>
  spawnSync("bash", ["-c", script], {
    env: { ...longhand.env, LH: `${process.execPath} ${program}`, FILE: file },
    maxBuffer: 64 * 1024 * 1024,
  });

describe("stdin", () => {
  it("is passed on from a pipe and from a file, byte for byte", () => {
    expect(sha256(inShell("cat $FILE | $LH run -- cat").stdout)).toBe(sha256(random));
    expect(sha256(inShell("$LH run -- cat < $FILE").stdout)).toBe(sha256(random));
  });

  it("is passed on from a socket, as programs start each other", async () => {
    const { stdout } = await longhand.run(["run", "--", "cat"], random);
    expect(sha256(stdout)).toBe(sha256(random));
  });

  it("can be opened by name, also when it ended long ago", () => {
    expect(inShell("echo short | $LH run -- sh -c 'sleep 0.2; cat /dev/stdin'").stdout.toString()).toBe("short\n");
  });

  it("is read no further than the command does", () => {
    expect(inShell("printf 'a\\nb\\n' | { $LH run -- sh -c 'read x; echo $x'; cat; }").stdout.toString()).toBe(
      "a\nb\n",
    );
  });
});

describe("stdout and stderr", () => {
  it("are exact and separate, to pipes and to files", async () => {
    const script = 'cat "$0"; cat "$0" >&2';
    const piped = longhand.start(["run", "--", "sh", "-c", script, file], { stdio: ["ignore", "pipe", "pipe"] });
    const errors: Buffer[] = [];
    piped.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
    const { stdout } = await finished(piped);
    expect([sha256(stdout), sha256(Buffer.concat(errors))]).toEqual([sha256(random), sha256(random)]);

    const [out, err] = [join(files.path, "out"), join(files.path, "err")];
    const stdio = ["ignore", openSync(out, "w"), openSync(err, "w")] as const;
    await finished(longhand.start(["run", "--", "sh", "-c", script, file], { stdio: [...stdio] }));
    expect([out, err].map((path) => sha256(readFileSync(path)))).toEqual([sha256(random), sha256(random)]);
  });

  it.each([[["--", "echo", "hi"]], [["--json", "--", "echo", "hi"]], [["--", "yes"]]])(
    "that cannot be written are an error of ours: %j",
    async (words) => {
      const full = openSync("/dev/full", "w");
      const run = longhand.start(["run", ...words], { stdio: ["ignore", full, "pipe"] });
      const { code, stderr } = await finished(run);
      closeSync(full);
      expect([code, stderr]).toEqual([
        125,
        expect.stringMatching(/^longhand: the output could not be written: .*ENOSPC/),
      ]);
    },
  );

  it("lose nothing to a reader that begins after the command has ended", () => {
    const { stdout } = inShell("$LH run -- cat $FILE | { sleep 1.5; cat; }");
    expect(sha256(stdout)).toBe(sha256(random));
  });

  it.each([1_160_000, 1_190_000, 1_230_000])(
    "lose nothing of what is in the pipe when the command ends: %i bytes",
    (bytes) => {
      // More than longhand takes before it holds the command back, and little enough for the command to end nevertheless.
      const { stdout } = inShell(
        `head -c ${bytes} $FILE > $FILE.part; $LH run -- cat $FILE.part | { sleep 1.5; cat; }`,
      );
      expect(sha256(stdout)).toBe(sha256(random.subarray(0, bytes)));
    },
  );

  it("lose nothing of a command that cannot be held back", () => {
    const bytes = 120_000_000;
    const { stdout } = inShell(`$LH run --leftovers keep -- head -c ${bytes} /dev/zero | { sleep 1.5; sha256sum; }`);
    expect(stdout.toString()).toContain(sha256(new Uint8Array(bytes)));
  });

  it("hold the command back when nobody reads: memory stays flat", async () => {
    const child = longhand.start(["run", "--", "yes"], { stdio: ["ignore", "pipe", "ignore"] });
    const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1_024;
    const artifactBytes = () => Number(inShell(`du -sb ${longhand.stateDir}/artifacts | cut -f1`).stdout);
    // Nobody reads `child.stdout`. It comes to a halt, far below the output limit.
    const before = artifactBytes();
    let last = -1;
    await eventually(
      () => {
        const now = artifactBytes();
        const halted = now > before + 1_000_000 && now === last;
        last = now;
        return halted;
      },
      { timeoutMs: 20_000, everyMs: 700 },
    );
    expect(last - before).toBeLessThan(10_000_000);
    expect(rss()).toBeLessThan(220);
    const stopped = finished(child);
    child.kill("SIGTERM");
    expect(await stopped).toMatchObject({ code: 143 });
  });

  it("end the command quietly when the reader goes away", () => {
    const { stdout, stderr } = inShell("$LH run -- sh -c 'yes & yes' | head -1; echo $PIPESTATUS");
    expect({ stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({ stdout: "y\n141\n", stderr: "" });
  });
});
