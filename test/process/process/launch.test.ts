/** How a child starts and ends: its identity, group, environment and status. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCommand } from "../../../src/process/command.ts";
import { buildEnvironment } from "../../../src/process/environment.ts";
import type { ExitStatus, ProcessIdentity } from "../../../src/process/identity.ts";
import type { Mark } from "../../../src/process/mark.ts";
import type { ProcessTree } from "../../../src/process/tree.ts";
import { argv, run, sh, testEnvironment, testLauncher, testMark } from "../../support/launch.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("launch", () => {
  it("makes a leader of its own session and group, and knows its start time", async () => {
    await using context = testLauncher();
    let startTime = "";
    const { stdout } = await run(context.launcher, sh("cut -d ' ' -f 1,5,6,22 /proc/$$/stat"), {
      onStarted: (child) => {
        startTime = child.startTime;
      },
    });
    const [pid, group, session, started] = `${stdout}`.trim().split(" ");
    expect([group, session, started]).toEqual([pid, pid, startTime]);
  });

  it("gives the tree its leader, mark and end in the turn of the spawn", async () => {
    const seen: { leader: ProcessIdentity; mark: Mark; exited: Promise<ExitStatus> }[] = [];
    const tree = {} as ProcessTree;
    await using context = testLauncher({
      createTree: (leader, mark, exited) => {
        // Ended, perhaps, but not reaped: nothing has been processed since the spawn.
        readFileSync(`/proc/${leader.pid}/stat`);
        seen.push({ leader, mark, exited });
        return tree;
      },
    });
    const command = createCommand(argv("true"));
    const capture = { kind: "pipes", onStdout: () => undefined, onStderr: null } as const;
    const child = await context.launcher.launch(command, testMark, capture);
    expect(child.tree).toBe(tree);
    expect(seen).toEqual([
      { leader: { pid: child.pid, startTime: child.startTime }, mark: testMark, exited: child.exited },
    ]);
    expect(await child.exited).toEqual({ code: 0, signal: null });
  });

  it("passes the mark in the environment and by the wrapper; the caller cannot change it", async () => {
    const mark = { cookie: "a/b", limits: { soft: "9000000000000000001", hard: "9000000000000000009" } };
    await using context = testLauncher({
      wrap: (words, { limits }) => ["/usr/bin/prlimit", `--rttime=${limits?.soft}:${limits?.hard}`, "--", ...words],
    });
    const env = { ...testEnvironment(), LONGHAND_MARK: "forged" };
    const command = createCommand({ ...sh("echo $LONGHAND_MARK; grep 'realtime timeout' /proc/self/limits"), env });
    const seen: string[] = [];
    const onStdout = (chunk: Uint8Array): unknown => seen.push(`${Buffer.from(chunk)}`);
    const child = await context.launcher.launch(command, mark, { kind: "pipes", onStdout, onStderr: null });
    await child.stdout?.ended;
    expect(seen.join("")).toMatch(/^a\/b\n.*timeout +9000000000000000001 +9000000000000000009 /);
  });

  it("passes the environment and nothing else, also past bash's rc file", async () => {
    await using context = testLauncher();
    const inherited = { PATH: "/bin:/usr/bin", API_TOKEN: "secret", HOME: "/", SSH_CLIENT: "1 2 3" };
    const env = { ...buildEnvironment({ mode: "patch", env: { A: "b c" }, inherited }), LONGHAND_TEST_WORKER: "x" };
    const { stdout } = await run(context.launcher, { ...argv("env"), env });
    const names = `${stdout}`
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names.toSorted()).toEqual([...Object.keys(env), "LONGHAND_MARK"].toSorted());
    expect(`${stdout}`).toContain("A=b c\n");
    expect(`${stdout}`).toContain("SHLVL=1\n");
  });

  it.each([
    ["exit 7", { code: 7, signal: null }],
    ["kill -TERM $$", { code: null, signal: "SIGTERM" }],
    ["kill -KILL $$", { code: null, signal: "SIGKILL" }],
    ["kill -XCPU $$", { code: null, signal: "SIGXCPU" }],
    ["exit 143", { code: 143, signal: null }],
  ])("tells how it ended: %s", async (script, status) => {
    await using context = testLauncher();
    expect((await run(context.launcher, sh(script))).status).toEqual(status);
  });

  it("leaves the child no descriptor but its three", async () => {
    await using context = testLauncher();
    const others = Promise.all(Array.from({ length: 10 }, () => run(context.launcher, argv("sleep", "0.2"))));
    const { stdout } = await run(context.launcher, argv("ls", "/proc/self/fd"));
    // 3 is the directory that `ls` reads; others may have come to this very process without close-on-exec.
    expect(`${stdout}`).toBe(execFileSync("ls", ["/proc/self/fd"], { encoding: "utf8" }));
    expect(`${stdout}`).toMatch(/^0\n1\n2\n/);
    await others;
  });

  it("offers the child to the OOM killer before the host", async () => {
    await using context = testLauncher({ wrap: (words) => ["/bin/sh", "-c", 'sleep 0.1; exec "$@"', "-", ...words] });
    expect(`${(await run(context.launcher, argv("cat", "/proc/self/oom_score_adj"))).stdout}`).toBe("500\n");
  });
});

describe("close", () => {
  it("removes what was pooled, refuses launches and leaves children alone", async () => {
    const context = testLauncher();
    const running = run(context.launcher, sh("sleep 0.2; echo alive"));
    const command = createCommand(argv("true"));
    const child = Promise.withResolvers<void>();
    const other = run(context.launcher, argv("true"), { onStarted: () => child.resolve() });
    await child.promise;
    await Promise.all([context.launcher.close(), context.launcher.close()]);
    expect(readdirSync(context.runtimeDir)).toEqual([]);
    const capture = { kind: "pipes", onStdout: () => undefined, onStderr: null } as const;
    await expect(context.launcher.launch(command, testMark, capture)).rejects.toMatchObject({ kind: "closed" });
    expect(`${(await running).stdout}`).toBe("alive\n");
    await other;
    await context[Symbol.asyncDispose]();
  });

  it("before the first pipes are made does not hang or leave anything", async () => {
    await using context = testLauncher();
    const refused = expect(run(context.launcher, argv("true"))).rejects.toMatchObject({ kind: "closed" });
    await context.launcher.close();
    await refused;
    expect(readdirSync(context.runtimeDir)).toEqual([]);
  });
});

describe("the pool of pipes", () => {
  it("uses each FIFO once and removes its name, also when the launch fails", async () => {
    await using context = testLauncher();
    await run(context.launcher, argv("true"));
    const names = (): number => readdirSync(join(context.runtimeDir, readdirSync(context.runtimeDir)[0] ?? "")).length;
    const before = names();
    await run(context.launcher, argv("true"));
    await run(context.launcher, argv("true"), { merged: true });
    const tooLong = argv("true", ...Array.from({ length: 60 }, () => "x".repeat(120_000)));
    await expect(run(context.launcher, tooLong)).rejects.toThrow("E2BIG");
    expect(names()).toBe(before - 2 - 1 - 2);
  });

  it("is private, and made anew when somebody cleans the temporary directory", async () => {
    await using context = testLauncher();
    expect(`${(await run(context.launcher, argv("echo", "1"))).stdout}`).toBe("1\n");
    const [pool = ""] = readdirSync(context.runtimeDir);
    const mode = execFileSync("stat", ["-c", "%a", `${context.runtimeDir}/${pool}`], { encoding: "utf8" });
    expect(mode).toBe("700\n");
    execFileSync("rm", ["-r", `${context.runtimeDir}/${pool}`]);
    expect(`${(await run(context.launcher, argv("echo", "2"))).stdout}`).toBe("2\n");
  });

  it("says so when it has no place", async () => {
    await using context = testLauncher({ runtimeDir: "/no/such/place" });
    await expect(run(context.launcher, argv("true"))).rejects.toMatchObject({
      kind: "unavailable",
      details: { errno: "ENOENT" },
    });
  });
});
