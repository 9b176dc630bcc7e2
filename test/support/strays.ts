/** Every test that starts processes proves that none is left: all of them carry a variable that only this test file's worker sets. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect } from "vitest";
import { eventually } from "./eventually.ts";

const name = "LONGHAND_TEST_WORKER";

/** Call once at the top of a test file. Children that keep their environment are checked; a test of `env -i` checks pids itself. */
export function expectNoStrays(): void {
  const value = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  process.env[name] = value;
  afterEach(async () => {
    await eventually(() => strays(value).length === 0, { timeoutMs: 3_000 }).catch(() => {
      expect(strays(value), "processes left behind by the test").toEqual([]);
    });
  });
}

/** Whether a process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const state = stat[stat.lastIndexOf(")") + 2];
    return state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

function strays(value: string): string[] {
  const needle = `${name}=${value}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => isAlive(Number(pid)) && read(pid, "environ").split("\0").includes(needle))
    .map((pid) => `${pid} ${read(pid, "cmdline").replaceAll("\0", " ")}`);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
