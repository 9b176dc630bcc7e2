/** What a test sees of processes by itself: pid files that fixtures write, and /proc without the code under test. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { isAlive } from "./strays.ts";

export function fixture(name: string): string {
  return join(import.meta.dirname, "../fixtures", name);
}

/** A new directory that goes with the block. */
export function scratch(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "longhand-tree-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The pid that a fixture writes. */
export function pidFrom(file: string): Promise<number> {
  return eventually(() => Number(readIfThere(file)), { what: file, everyMs: 2 });
}

/** Live processes with this text among their arguments: fixtures are given a directory of their own. */
export function processesNaming(text: string): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 1 && pid !== process.pid && readIfThere(`/proc/${pid}/cmdline`).includes(text) && isAlive(pid),
    );
}

export function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
