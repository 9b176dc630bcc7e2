/** A tiny file system of its own, to fill up or to make read-only. Only root may mount one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Tmpfs extends Disposable {
  readonly path: string;
  remount(mode: "ro" | "rw"): void;
}

/** Null, with the reason on standard error, where it may not be mounted. Under CI that is an error, so that no test is lost unseen. */
export function mountTmpfs(size: string): Tmpfs | null {
  const path = mkdtempSync(join(tmpdir(), "longhand-tmpfs-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    rmdirSync(path);
    if (process.env["CI"] === "true") throw error;
    console.error(`a tmpfs may not be mounted here: ${String(error)}`);
    return null;
  }
  return {
    path,
    remount: (mode) => void execFileSync("mount", ["-o", `remount,${mode}`, path]),
    [Symbol.dispose]: () => {
      execFileSync("umount", ["--lazy", path]);
      rmdirSync(path);
    },
  };
}
