/** What cannot be started: said before a handle exists, with the system's reason, and nothing left open. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandInput, createCommand } from "../../../src/process/command.ts";
import { createFdBudget } from "../../../src/process/fd-budget.ts";
import { eventually } from "../../support/eventually.ts";
import { argv, run, sh, type TestLauncher, testLauncher, testMark } from "../../support/launch.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

let context: TestLauncher;
let directory: string;
beforeAll(() => {
  context = testLauncher();
  directory = mkdtempSync(join(tmpdir(), "fail-"));
});
afterAll(async () => {
  await context[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const place = (name: string, content: string, mode = 0o755): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};
const launch = (input: CommandInput): Promise<unknown> => run(context.launcher, input);
const failure = (errno: string): unknown =>
  expect.objectContaining({ kind: "spawn_failed", retryable: false, details: expect.objectContaining({ errno }) });

describe("a program that cannot be run", () => {
  it("is missing: the error names it and the PATH of the child", async () => {
    const input = { ...argv("nosuchprogram"), env: { PATH: "/nowhere:/bin" } };
    await expect(launch(input)).rejects.toEqual(failure("ENOENT"));
    await expect(launch(input)).rejects.toMatchObject({
      message: expect.stringContaining('"nosuchprogram"'),
      details: { path: "/nowhere:/bin" },
    });
  });

  it("is missing at an absolute or relative path", async () => {
    await expect(launch(argv("/no/such/program"))).rejects.toEqual(failure("ENOENT"));
    await expect(launch({ ...argv("./program"), cwd: directory })).rejects.toEqual(failure("ENOENT"));
  });

  it("is not executable, or is a directory", async () => {
    const path = place("plain", "text", 0o644);
    await expect(launch(argv(path))).rejects.toEqual(failure("EACCES"));
    await expect(launch({ ...argv("plain"), env: { PATH: directory } })).rejects.toEqual(failure("EACCES"));
    await expect(launch(argv(directory))).rejects.toEqual(failure("EACCES"));
  });

  it("has an interpreter that is missing: the error names that one", async () => {
    const path = place("script", "#!/no/such/interpreter -x\n");
    await expect(launch(argv(path))).rejects.toEqual(failure("ENOENT"));
    await expect(launch(argv(path))).rejects.toThrow("/no/such/interpreter");
  });

  it("is told even when a wrapper would have been started", async () => {
    await using wrapped = testLauncher({ wrap: (words) => ["/usr/bin/env", "--", ...words] });
    await expect(run(wrapped.launcher, argv("nosuchprogram"))).rejects.toEqual(failure("ENOENT"));
    expect(`${(await run(wrapped.launcher, argv("echo", "x"))).stdout}`).toBe("x\n");
  });
});

describe("a program that can be run", () => {
  it("is found in the child's PATH, relative to its cwd, past one that may not be run", async () => {
    place("tool", "not this one", 0o644);
    mkdirSync(join(directory, "bin"), { recursive: true });
    place("bin/tool", "#!/bin/sh\necho this one\n");
    const input = { ...argv("tool"), cwd: directory, env: { PATH: `${directory}:bin:/bin` } };
    expect(`${(await run(context.launcher, input)).stdout}`).toBe("this one\n");
  });

  it("needs no PATH", async () => {
    expect(`${(await run(context.launcher, { ...argv("printf", "x"), env: {} })).stdout}`).toBe("x");
  });

  it("may be a text without #!: /bin/sh runs it", async () => {
    expect(`${(await run(context.launcher, argv(place("text", "echo text\n")))).stdout}`).toBe("text\n");
  });
});

describe("a working directory", () => {
  it.each([
    ["missing", () => join(directory, "missing"), "ENOENT"],
    ["a file", () => place("file", ""), "ENOTDIR"],
    ["below a file", () => join(place("file", ""), "x"), "ENOTDIR"],
    ["with a NUL", () => "/tmp/\0", "EINVAL"],
  ])("%s is refused", (_what, path, errno) => {
    expect(() => createCommand({ ...argv("true"), cwd: path() })).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "cwd", details: expect.objectContaining({ errno }) }),
    );
  });

  it("is canonical, and empty means the default", () => {
    mkdirSync(join(directory, "real"), { recursive: true });
    expect(createCommand({ ...argv("true"), cwd: "real/../real/.", defaultCwd: directory }).cwd).toBe(
      join(directory, "real"),
    );
    expect(createCommand({ ...argv("true"), cwd: "", defaultCwd: directory }).cwd).toBe(directory);
  });

  it("that went away after the check is the error, not the program", async () => {
    const gone = join(directory, "gone");
    mkdirSync(gone);
    const command = createCommand({ ...argv("true"), cwd: gone });
    rmSync(gone, { recursive: true });
    const capture = { kind: "pipes", onStdout: () => undefined, onStderr: null } as const;
    await expect(context.launcher.launch(command, testMark, capture)).rejects.toEqual(
      expect.objectContaining({ kind: "invalid_parameter", param: "cwd" }),
    );
  });
});

it("permissions are those of the user who runs", () => {
  const closed = join(directory, "closed");
  mkdirSync(join(closed, "below"), { recursive: true });
  const program = place("private", "#!/bin/sh\n", 0o744);
  chmodSync(closed, 0o600);
  chmodSync(directory, 0o755);
  const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  if (asNobody.length === 0) chmodSync(program, 0o644);
  const fixture = new URL("../../fixtures/launch-as-nobody.mjs", import.meta.url).pathname;
  const [file = "", ...args] = [...asNobody, process.execPath, fixture, closed, program];
  const refusals = JSON.parse(execFileSync(file, args, { encoding: "utf8" }));
  expect(refusals).toMatchObject([
    { kind: "invalid_parameter", param: "cwd", details: { errno: "EACCES", got: closed } },
    { kind: "invalid_parameter", param: "cwd", details: { errno: "EACCES" } },
    { kind: "spawn_failed", details: { errno: "EACCES", program } },
  ]);
});

it("arguments that are too long together are refused by the kernel's limit", async () => {
  const words = Array.from({ length: 60 }, () => "x".repeat(120_000));
  await expect(launch(argv("true", ...words))).rejects.toEqual(failure("E2BIG"));
});

it("a program that is being written is retried until it is closed", async () => {
  const path = place("busy", "#!/bin/sh\necho free\n");
  const copy = join(directory, "copy");
  execFileSync("cp", ["/bin/true", copy]);
  // Only a binary is busy: the script above starts its interpreter.
  const fd = openSync(copy, "r+");
  const running = run(context.launcher, argv(copy));
  const other = await run(context.launcher, argv(path));
  expect(`${other.stdout}`).toBe("free\n");
  closeSync(fd);
  expect((await running).status.code).toBe(0);
});

describe("file descriptors", () => {
  const many = (
    nofile: number,
    ...args: string[]
  ): { warmUp: string; tally: Record<string, number>; leaked: number } => {
    const fixture = new URL("../../fixtures/launch-many.mjs", import.meta.url).pathname;
    return JSON.parse(
      execFileSync("prlimit", [`--nofile=${nofile}`, "--", process.execPath, fixture, ...args], { encoding: "utf8" }),
    );
  };

  it("used up by the budget: capacity, and the rest works", () => {
    const { tally, leaked } = many(60, "40", "budgeted", "sleep");
    expect(Object.keys(tally).sort()).toEqual(["capacity EMFILE", "ok"]);
    expect(leaked).toBe(0);
  });

  it("used up by others, so that the kernel says so: capacity too, never a crash", () => {
    const { tally, leaked } = many(60, "40", "unbudgeted", "sleep");
    expect(Object.keys(tally).sort()).toEqual(["capacity EMFILE", "ok"]);
    expect(leaked).toBe(0);
  });

  it("are counted while pipes are open, and no longer after any way to end", async () => {
    const budget = createFdBudget({ total: 1_000, open: 0 });
    await using counted = testLauncher({ budget });
    const counts: number[] = [];
    const open = { kind: "open" } as const;
    await run(counted.launcher, { ...sh("echo x"), stdin: open }, { onStarted: () => counts.push(budget.used) });
    await eventually(() => budget.used === 0);
    await run(counted.launcher, sh("echo x"), { merged: true, onStarted: () => counts.push(budget.used) });
    expect(counts).toEqual([3, 1]);
    await eventually(() => budget.used === 0);
    const tooLong = argv("true", ...Array.from({ length: 60 }, () => "x".repeat(120_000)));
    await expect(run(counted.launcher, { ...tooLong, stdin: open })).rejects.toThrow("E2BIG");
    await eventually(() => budget.used === 0);
    await using placeless = testLauncher({ budget, runtimeDir: "/no/such/place" });
    await expect(run(placeless.launcher, argv("true"))).rejects.toMatchObject({ kind: "unavailable" });
    expect(budget.used).toBe(0);
  });

  it.each(["budgeted", "unbudgeted"])("hardly any from the start: %s", (budget) => {
    for (const nofile of [26, 28, 30, 32, 34, 36, 40]) {
      const { tally, leaked } = many(nofile, "10", budget, "sleep");
      expect(Object.keys(tally).filter((result) => result !== "ok" && result !== "capacity EMFILE")).toEqual([]);
      expect(leaked).toBe(0);
    }
  });

  it("are all given back, after 200 launches and after as many failed ones", { timeout: 60_000 }, async () => {
    const capture = { kind: "pipes", onStdout: () => undefined, onStderr: () => undefined } as const;
    const open = { kind: "open" } as const;
    const tooLong = createCommand({
      ...argv("true", ...Array.from({ length: 60 }, () => "x".repeat(120_000))),
      stdin: open,
    });
    const bytes = { ...tooLong, stdin: { kind: "bytes", bytes: Buffer.from("x") } } as const;
    const round = async (): Promise<void> => {
      await run(context.launcher, { ...sh("cat; echo x"), stdin: { kind: "bytes", bytes: Buffer.from("x") } });
      await run(context.launcher, { ...sh("echo x"), stdin: open });
      await expect(context.launcher.launch(tooLong, testMark, capture)).rejects.toThrow("E2BIG");
      await expect(context.launcher.launch(bytes, testMark, capture)).rejects.toThrow("E2BIG");
    };
    const count = (): number => readdirSync("/proc/self/fd").length;
    await round();
    const before = count();
    for (let i = 0; i < 100; i++) await round();
    await eventually(() => count() <= before, { what: "every fd given back" });
  });
});

it("no more processes: capacity", () => {
  const root = process.getuid?.() === 0;
  const fixture = new URL("../../fixtures/launch-many.mjs", import.meta.url).pathname;
  // The limit counts the threads of the user: a user of its own has none, and node needs about ten.
  const user = root ? ["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups"] : ["env"];
  const limit = 13 + (root ? 0 : threadsOf(process.getuid?.() ?? 0));
  const [file = "", ...args] = [
    ...user,
    "prlimit",
    `--nproc=${limit}`,
    process.execPath,
    fixture,
    "20",
    "budgeted",
    "sleep",
  ];
  const { tally } = JSON.parse(execFileSync(file, args, { encoding: "utf8" }));
  expect(tally).toHaveProperty("capacity EAGAIN");
  expect(Object.keys(tally).filter((result) => !["ok", "capacity EAGAIN"].includes(result))).toEqual([]);
});

function threadsOf(uid: number): number {
  const own = readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid,
  );
  return own.reduce(
    (sum, pid) => sum + (existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`).length : 0),
    0,
  );
}
