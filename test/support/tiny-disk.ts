/** A disk that is soon full. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TinyDisk extends Disposable {
  readonly root: string;
}

/** Mounts one. Where that is not permitted: the reason to skip, but a failure in CI, where it must be possible. */
export function tinyDisk(kilobytes: number, files = 1_000): TinyDisk | string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-disk-")));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,nr_inodes=${files}`, "tmpfs", root], {
      stdio: "pipe",
    });
  } catch (error) {
    rmdirSync(root);
    if (process.env["CI"] === "true") throw error;
    return `mounting a tmpfs is not permitted here: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  return {
    root,
    [Symbol.dispose]: () => {
      execFileSync("umount", ["-l", root]);
      rmdirSync(root);
    },
  };
}
