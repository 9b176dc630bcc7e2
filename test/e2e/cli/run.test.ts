/** `longhand run` as a user sees it: exit codes, what it prints, what it leaves. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();
const longhand = cli({ SOME_TOKEN: "secret", LONGHAND_DEBUG: "" });
afterAll(() => longhand[Symbol.dispose]());

const sh = (script: string, ...flags: string[]) => longhand.run(["run", ...flags, "--", "sh", "-c", script]);

describe("the exit code", () => {
  it.each([
    ["exit 0", 0],
    ["exit 7", 7],
    ["kill -TERM $$", 143],
    ["kill -SEGV $$", 139],
  ])("of `%s` is %i", async (script, code) => {
    expect(await sh(script)).toMatchObject({ code, signal: null, stderr: "" });
  });

  it("is 124 after a timeout, and one line says who was stopped", async () => {
    const { code, stderr } = await sh("sleep 60 & sleep 60", "--timeout", "400ms");
    expect(code).toBe(124);
    expect(stderr).toMatch(/^longhand: timed out after 0\.\ds: stopped sh and 2 more, nobody is left\n$/);
  });

  it("is 125 past the output limit", async () => {
    const { code, stdout, stderr } = await longhand.run(["run", "--max-output", "1KB", "--", "yes"]);
    expect({ code, bytes: stdout.length }).toEqual({ code: 125, bytes: 1_000 });
    expect(stderr).toMatch(/^longhand: more than 1000 bytes of output: stopped yes, nobody is left\n$/);
  });

  it("is 127 for a program that does not exist, 126 for one that may not be run", async () => {
    const missing = await longhand.run(["run", "no-such-program"]);
    expect(missing).toMatchObject({ code: 127, stdout: Buffer.alloc(0) });
    expect(missing.stderr).toMatch(/^longhand: The program "no-such-program" was not found.*\n$/);
    expect(await longhand.run(["run", "/"])).toMatchObject({ code: 126 });
  });

  it("is 125 when longhand cannot do its job", async () => {
    const { code, stderr } = await longhand.run(["--state-dir", "/proc/nowhere", "run", "true"]);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^longhand: the state directory \/proc\/nowhere cannot be used: .*\n$/);
  });
});

describe("the command", () => {
  it("gets its arguments as they are, also those that look like ours", async () => {
    const { stdout } = await longhand.run(["run", "printf", "%s|", "--json", "-q", "a b", "--", "$HOME"]);
    expect(stdout.toString()).toBe("--json|-q|a b|--|$HOME|");
  });

  it("runs where and with what it was told; secrets only by name", async () => {
    const script = 'printf %s "$PWD|$A|$SOME_TOKEN"';
    const cwd = realpathSync(tmpdir());
    expect((await sh(script, "--cwd", cwd, "--env", "A=1=2")).stdout.toString()).toBe(`${cwd}|1=2|`);
    expect((await sh(script, "-C", cwd, "-e", "SOME_TOKEN", "-e", "A=x")).stdout.toString()).toBe(`${cwd}|x|secret`);
  });

  it("can be a shell text", async () => {
    const { stdout } = await longhand.run(["run", "--shell", "printf 'a\\nb\\n' | wc -l"]);
    expect(stdout.toString().trim()).toBe("2");
  });

  it("does not wait for a grandchild that holds the pipe: it is stopped, and said", async () => {
    const started = performance.now();
    const { code, stdout, stderr } = await sh("sleep 60 & echo hi");
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: "hi\n" });
    expect(stderr).toMatch(/^longhand: stopped 1 leftover \(sleep \d+\)\n$/);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect((await sh("sleep 60 & echo hi", "--quiet")).stderr).toBe("");
  });

  it("may leave somebody behind when asked to, who can go on printing", async () => {
    const { code, stderr } = await sh(
      "(while sleep 0.05; do echo tick || exit; done) & echo $!",
      "--leftovers",
      "keep",
    );
    expect(code).toBe(0);
    const pid = Number(/kept .*?(\d+)/.exec(stderr)?.[1]);
    try {
      // Several ticks after longhand has gone: a broken pipe would have ended it.
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(isAlive(pid)).toBe(true);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });
});

describe("--json", () => {
  it("prints one object and nothing else", async () => {
    const { code, stdout, stderr } = await sh("echo out; echo err >&2; sleep 60 & exit 3", "--json", "--label", "try");
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(JSON.parse(stdout.toString())).toMatchObject({
      outcome: "exited",
      exit_code: 3,
      stdout: "out\n",
      stderr: "err\n",
      label: "try",
      process_cleanup: { stopped_count: 1, survivors: [] },
    });
  });

  it("says errors in the same way", async () => {
    const { code, stdout, stderr } = await longhand.run(["run", "--json", "no-such-program"]);
    expect({ code, stderr }).toEqual({ code: 127, stderr: "" });
    expect(JSON.parse(stdout.toString())).toMatchObject({ error: { kind: "spawn_failed", retryable: false } });
  });
});

describe("what stays", () => {
  it("is the history in the state directory, or nothing at all with --ephemeral", async () => {
    using other = cli();
    const { stdout } = await other.run(["run", "--ephemeral", "--json", "--", "echo", "gone"]);
    expect(JSON.parse(stdout.toString())).toMatchObject({ stdout: "gone\n", artifacts: "expired", stdout_path: null });
    expect(existsSync(other.stateDir)).toBe(false);
    await other.run(["run", "--", "echo", "kept"]);
    expect(readdirSync(`${other.stateDir}/artifacts`)).toHaveLength(1);
  });

  it("is a session that was named: it can be used again", async () => {
    const again = () => longhand.run(["run", "--session", "ses_mine", "--json", "--", "true"]);
    expect(JSON.parse((await again()).stdout.toString())).toMatchObject({ alias: "h1" });
    expect(JSON.parse((await again()).stdout.toString())).toMatchObject({ alias: "h2" });
  });
});
