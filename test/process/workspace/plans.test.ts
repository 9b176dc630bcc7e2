/** What is planned, run by the real tools, wherever they are installed. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BuildFindings } from "../../../src/findings/findings.ts";
import { readDiagnostics } from "../../../src/findings/read-diagnostics.ts";
import { detectWorkspace } from "../../../src/workspace/detect.ts";
import { buildPlan, testPlan } from "../../../src/workspace/plans.ts";
import type { Workspace } from "../../../src/workspace/workspace.ts";
import { shortly } from "../../support/diagnostics.ts";
import { has, type Project, project, projects } from "../../support/projects.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** A compiler's first run on a busy machine. */
const slow = 120_000;

/** Outside of the workspace, as artifacts are. */
let outside = "";
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "longhand-reports-"));
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function workspaceIn({ directory }: Project): Workspace {
  const workspace = detectWorkspace(directory);
  if (workspace === null) throw new Error(`nothing was detected in ${directory}`);
  return workspace;
}

function run(argv: readonly string[], cwd: string) {
  const [program = "", ...args] = argv;
  return spawnSync(program, args, { cwd, encoding: "utf8", timeout: slow, stdio: ["ignore", "pipe", "pipe"] });
}

interface Tested {
  readonly status: number | null;
  readonly stdout: string;
  /** Null when none was planned. */
  readonly report: string | null;
}

function test(tried: Project, filter: string | null = null): Tested {
  const reportPath = join(outside, "test-report");
  const { argv, inspection } = testPlan(workspaceIn(tried), { filter, reportPath });
  const { status, stdout, stderr } = run(argv, tried.directory);
  expect(existsSync(reportPath), `${argv.join(" ")}\n${stdout}${stderr}`).toBe(inspection.reportPath !== null);
  return { status, stdout, report: inspection.reportPath === null ? null : readFileSync(reportPath, "utf8") };
}

async function build(tried: Project): Promise<BuildFindings> {
  const { argv, inspection } = buildPlan(workspaceIn(tried));
  const printed = run(argv, tried.directory);
  const [stdout, stderr] = [join(outside, "stdout"), join(outside, "stderr")];
  writeFileSync(stdout, printed.stdout);
  writeFileSync(stderr, printed.stderr);
  return readDiagnostics({ inspection, stdout, stderr });
}

describe("planned tests", { timeout: slow }, () => {
  it("vitest through npm: once, with a report beside the usual output", () => {
    using tried = projects.vitest();
    const { status, stdout, report } = test(tried);
    expect(status).toBe(1);
    expect(report).toMatch(/<testsuites [^>]*tests="3" failures="1"/);
    expect(stdout).toMatch(/1 failed/);
    expect(test(tried, "adds|divides").status).toBe(0);
  });

  it("vitest that would watch is run once", () => {
    const files = {
      "package.json": JSON.stringify({ type: "module", scripts: { test: "vitest watch" } }),
      "a.test.js": 'import { it } from "vitest";\nit("is", () => {});\n',
    };
    using tried = project(files, { modules: true });
    expect(test(tried).report).toMatch(/tests="1" failures="0"/);
  });

  it("node:test through npm: the flags reach Node itself, and a Node that a test starts is not disturbed", () => {
    const child = `import { spawnSync } from "node:child_process";
import test from "node:test";
import assert from "node:assert";
test("starts one", () => assert.match(String(spawnSync(process.execPath, ["-e", "console.log(7)"]).stdout), /^7/));
`;
    using tried = projects["node:test"]();
    writeFileSync(join(tried.directory, "child.test.js"), child);
    const { status, stdout, report } = test(tried);
    expect(status).toBe(1);
    expect(report?.match(/<testcase /g)).toHaveLength(4);
    expect(report?.match(/<failure /g)).toHaveLength(1);
    expect(stdout).toContain("✖ subtracts");
    expect(test(tried, "adds").report?.match(/<failure /g) ?? []).toHaveLength(0);
  });

  it("node:test with files named in its script runs as it is", () => {
    const files = {
      "package.json": JSON.stringify({ type: "module", scripts: { test: "node --test sum.test.js" } }),
      "sum.test.js": 'import test from "node:test";\ntest("adds", () => {});\n',
    };
    using tried = project(files);
    const { status, stdout, report } = test(tried);
    expect([status, report]).toEqual([0, null]);
    expect(stdout).toMatch(/adds/);
  });

  it.runIf(has("pytest"))("pytest", () => {
    using tried = projects.pytest();
    const { status, report } = test(tried);
    expect(status).toBe(1);
    expect(report).toMatch(/failures="1" skipped="1" tests="3"/);
    expect(test(tried, "adds").status).toBe(0);
  });

  it.runIf(has("make"))("make", () => {
    using tried = projects.make();
    expect(test(tried).stdout).toContain("not ok 2 - subtracts");
  });

  it.runIf(has("cargo"))("cargo, past the first binary that fails", () => {
    using tried = projects.cargo();
    const { status, stdout } = test(tried);
    expect(status).not.toBe(0);
    expect(stdout).toContain("test subtracts ... FAILED");
    expect(test(tried, "adds").stdout).toContain("1 passed; 0 failed");
  });

  it.runIf(has("ctest") && has("make"))("ctest, once it is configured", () => {
    const description = `cmake_minimum_required(VERSION 3.21)
project(tried NONE)
enable_testing()
add_test(NAME adds COMMAND true)
add_test(NAME subtracts COMMAND false)
`;
    using tried = project({ "CMakeLists.txt": description });
    expect(() => test(tried)).toThrow(/cmake -S \. -B build/);
    expect(run(["cmake", "-S", ".", "-B", "build"], tried.directory).status).toBe(0);
    expect(test(tried).stdout).toContain("1 tests failed out of 2");
    expect(test(tried, "adds").status).toBe(0);
  });
});

describe("planned builds", { timeout: slow }, () => {
  it("tsc through npm", async () => {
    const files = {
      "package.json": JSON.stringify({ scripts: { build: "tsc --noEmit --ignoreConfig src/a.ts" } }),
      "src/a.ts": 'export const x: number = "a";\n',
    };
    using tried = project(files, { modules: true });
    const { diagnostics, counts, complete } = await build(tried);
    expect(complete).toBe(true);
    expect(counts.error).toBe(1);
    expect(diagnostics.map(shortly)).toEqual([
      "error src/a.ts:1:14 TS2322 Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it("vite through npm", async () => {
    const files = {
      "package.json": JSON.stringify({ type: "module", scripts: { build: "vite build" } }),
      "index.html": '<script type="module" src="/src/a.ts"></script>',
      "src/a.ts": "const y: number = ;\n",
    };
    using tried = project(files, { modules: true });
    const { diagnostics } = await build(tried);
    expect(diagnostics).toMatchObject([{ severity: "error", path: "src/a.ts", line: 1, message: "Unexpected token" }]);
  });

  it.runIf(has("make") && has("gcc"))("gcc and the linker through make", async () => {
    const files = {
      Makefile: "all: app bad.o\napp: main.c\n\t-gcc -Wall -g main.c -o app\nbad.o: bad.c\n\tgcc -c bad.c\n",
      "main.c": "int nowhere(void);\nint main(void) { int unused; return nowhere(); }\n",
      "bad.c": "int main(void) { return 0 }\n",
    };
    using tried = project(files);
    const { diagnostics } = await build(tried);
    expect(diagnostics).toMatchObject([
      { severity: "error", line: 2, message: "undefined reference to `nowhere'" },
      { severity: "error", path: "bad.c", line: 1, column: 26 },
      { severity: "warning", path: "main.c", line: 2, code: "-Wunused-variable" },
    ]);
  });

  it.runIf(has("cargo"))("cargo", async () => {
    const files = {
      "Cargo.toml": '[package]\nname = "tried"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": 'fn unused() {}\npub fn f() -> i32 { "x" }\n',
    };
    using tried = project(files);
    const { diagnostics, counts } = await build(tried);
    expect(diagnostics).toMatchObject([{ severity: "error", code: "E0308", path: "src/lib.rs", line: 2, column: 21 }]);
    expect(counts.error).toBe(1);
  });

  it.runIf(has("cmake") && has("make") && has("gcc"))("cmake, once it is configured", async () => {
    const description = "cmake_minimum_required(VERSION 3.10)\nproject(tried C)\nadd_executable(app main.c)\n";
    using tried = project({ "CMakeLists.txt": description, "main.c": "int main(void) { return x; }\n" });
    expect(run(["cmake", "-S", ".", "-B", "build"], tried.directory).status).toBe(0);
    const { diagnostics } = await build(tried);
    expect(diagnostics[0]).toMatchObject({ severity: "error", path: join(tried.directory, "main.c"), line: 1 });
  });
});
