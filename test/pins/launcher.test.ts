/** `bin/longhand.js` answers in one line where it cannot run, on whatever Node (or Bun) it was started with. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const launcher = "bin/longhand.js";

/** Starts the launcher on this Node while `process.versions` claims something else. */
function startClaiming(versions: Record<string, string>) {
  const claim = `Object.defineProperty(process, "versions", { value: { ...process.versions, ...${JSON.stringify(versions)} } })`;
  return start(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(claim)}`, launcher]);
}

function start(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Real Nodes on PATH that are too old; a machine need not have one. */
function oldNodes(): string[] {
  const candidates = new Set((process.env["PATH"] ?? "").split(":").map((folder) => join(folder, "node")));
  return [...candidates].filter((path) => {
    const major = /^v(\d+)\./.exec(start(path, ["--version"]).stdout ?? "")?.[1];
    return major !== undefined && Number(major) < 24;
  });
}

describe("the launcher", () => {
  it("refuses a Node older than 24", () => {
    expect(startClaiming({ node: "23.11.1" })).toEqual({
      status: 1,
      stdout: "",
      stderr: "longhand needs Node.js 24 or newer; this is v23.11.1. See https://nodejs.org/en/download.\n",
    });
  });

  it("refuses Bun, whatever Node it claims to be", () => {
    expect(startClaiming({ bun: "1.3.0", node: "24.3.0" })).toEqual({
      status: 1,
      stdout: "",
      stderr: "longhand does not run on Bun yet; this is Bun 1.3.0. Use Node.js 24 or newer.\n",
    });
  });

  it("is understood by the really old Nodes of this machine", () => {
    for (const node of oldNodes()) {
      const { status, stderr } = start(node, [launcher]);
      expect(stderr, node).toMatch(/^longhand needs Node\.js 24 or newer; this is v[\d.]+\. .*\n$/);
      expect(status, node).toBe(1);
    }
  });

  it("passes arguments on, and takes the exit code from the command line", () => {
    withCommandLine("export const main = async (argv) => (console.log(argv.join('|')), 7);", (path) => {
      expect(start(process.execPath, [path, "run", "--", "a b"])).toEqual({
        status: 7,
        stdout: "run|--|a b\n",
        stderr: "",
      });
    });
  });

  it("says in one line that the command line cannot be loaded, or failed", () => {
    withCommandLine("import './gone.js';", (path) => {
      const { status, stderr } = start(process.execPath, [path]);
      expect(stderr).toMatch(/^longhand could not be loaded: Cannot find module .*gone\.js.*\n$/);
      expect(status).toBe(1);
    });
    withCommandLine("export const main = async () => { throw new Error('first\\nsecond'); };", (path) => {
      expect(start(process.execPath, [path])).toEqual({ status: 1, stdout: "", stderr: "longhand failed: first\n" });
    });
  });
});

/** A package of the launcher and the given text as its command line. */
function withCommandLine(text: string, use: (launcherPath: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "longhand-launcher-"));
  try {
    mkdirSync(join(root, "dist/cli"), { recursive: true });
    writeFileSync(join(root, "package.json"), '{ "type": "module" }');
    writeFileSync(join(root, "dist/cli/main.js"), text);
    cpSync(launcher, join(root, launcher));
    use(join(root, launcher));
  } finally {
    rmSync(root, { recursive: true });
  }
}
