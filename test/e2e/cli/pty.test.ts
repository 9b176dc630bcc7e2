/** `longhand run --pty`: a terminal for the command, typed at by whatever our stdin is. */
import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cli, finished, program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("longhand run --pty", () => {
  it("gives the command a terminal, and has its exit code", async () => {
    using longhand = cli();
    const { code, stdout, stderr } = await longhand.run(["run", "--pty", "--", "sh", "-c", "tty && stty size; exit 7"]);
    expect(stdout.toString()).toMatch(/^\/dev\/pts\/\d+\r\n24 80\r\n$/);
    expect([code, stderr]).toEqual([7, ""]);
  });

  it("types its stdin at the command, and Ctrl-D at the end", async () => {
    using longhand = cli();
    const script = "stty -echo; read -r name; echo hello $name; cat; echo end";
    const { code, stdout } = await longhand.run(["run", "--pty", "--", "sh", "-c", script], "Bob\nmore\n");
    expect(stdout.toString()).toMatch(/hello Bob\r\nmore\r\nend\r\n$/);
    expect(code).toBe(0);
  });

  it("passes all of it on, also to a reader that is slow", async () => {
    using longhand = cli();
    const child = longhand.start(["run", "--pty", "--", "seq", "1", "100000"], { stdio: ["ignore", "pipe", "pipe"] });
    const { code, stdout } = await finished(child);
    expect(stdout.toString().split("\r\n")).toHaveLength(100_001);
    expect(code).toBe(0);
  });

  it("ends the whole tree when it is told to end itself", async () => {
    using longhand = cli();
    const child = longhand.start(["run", "--pty", "--", "sh", "-c", "setsid sleep 300 & echo up; sleep 300"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await eventually(() => printed.includes("up"), { timeoutMs: 20_000 });
    child.kill("SIGTERM");
    const { code, stderr } = await finished(child);
    expect([code, stderr]).toEqual([143, expect.stringMatching(/^longhand: stopped .* nobody is left\n$/)]);
  });

  it("gives our own terminal back as it was, with Ctrl-C as a key of the command", { timeout: 30_000 }, async () => {
    using longhand = cli();
    // script(1) is the terminal that a user sits at.
    const inner = `${process.execPath} ${program} run --pty -- sh -c 'trap "echo caught; exit 5" INT; echo up; while :; do sleep 0.05; done'`;
    const terminal = spawn("script", ["-qec", `${inner}; echo code $?; stty -a`, "/dev/null"], {
      env: longhand.env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    let seen = "";
    terminal.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const exited = new Promise((resolve) => terminal.once("exit", resolve));
    await eventually(() => seen.includes("up"), { timeoutMs: 20_000 });
    terminal.stdin.write("\u0003");
    await exited;
    expect(seen).toContain("caught");
    expect(seen).toContain("code 5");
    expect(seen).toMatch(/^isig icanon /m);
    expect(seen).toMatch(/ echo /);
  });

  it.each(["--json", "--test", "--build"])("does not go with %s", async (flag) => {
    using longhand = cli();
    const { code, stdout, stderr } = await longhand.run(["run", "--pty", flag, "--", "true"]);
    expect(code).toBe(2);
    // With --json errors are objects on stdout.
    expect(flag === "--json" ? stdout.toString() : stderr).toContain(`--pty does not go with ${flag}`);
  });
});
