/** Small real projects in temporary folders, each with one test that passes, one that fails and one that is skipped. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface Project extends Disposable {
  readonly directory: string;
}

export function project(files: Readonly<Record<string, string>>, { modules = false } = {}): Project {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "longhand-project-")));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  // The packages of this repository, for projects that need a runner from npm.
  if (modules) symlinkSync(resolve("node_modules"), join(directory, "node_modules"));
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Whether a program of the system is there. */
export function has(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

const packageJson = (test: string): string =>
  JSON.stringify({ name: "tried", version: "1.0.0", private: true, type: "module", scripts: { test } });

export const projects = {
  vitest: (): Project =>
    project(
      {
        "package.json": packageJson("vitest run"),
        "sum.test.js": `import { expect, it } from "vitest";
it("adds", () => expect(1 + 1).toBe(2));
it("subtracts", () => expect(2 - 1).toBe(7));
it.skip("divides", () => {});
`,
      },
      { modules: true },
    ),
  "node:test": (): Project =>
    project({
      "package.json": packageJson("node --test"),
      "sum.test.js": `import assert from "node:assert";
import test from "node:test";
test("adds", () => assert.equal(1 + 1, 2));
test("subtracts", () => assert.equal(2 - 1, 7));
test.skip("divides", () => {});
`,
    }),
  pytest: (): Project =>
    project({
      "pyproject.toml": '[project]\nname = "tried"\nversion = "1"\n',
      "test_sum.py": `import pytest
def test_adds(): assert 1 + 1 == 2
def test_subtracts(): assert 2 - 1 == 7
@pytest.mark.skip
def test_divides(): pass
`,
    }),
  make: (): Project =>
    project({
      Makefile: "test:\n\t@sh ./tests.sh\n",
      "tests.sh":
        "echo 'TAP version 13'\necho '1..3'\necho 'ok 1 - adds'\necho 'not ok 2 - subtracts'\necho 'ok 3 - divides # SKIP'\nexit 1\n",
    }),
  cargo: (): Project =>
    project({
      "Cargo.toml": '[package]\nname = "tried"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": `#[test] fn adds() { assert_eq!(1 + 1, 2) }
#[test] fn subtracts() { assert_eq!(2 - 1, 7) }
#[test] #[ignore] fn divides() {}
`,
    }),
} as const;
