/** Frees the output of handles that ended long ago, so that the disk does not fill up. */
import type { Stats } from "node:fs";
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { handleIdPattern } from "./artifacts.ts";

export interface SweepOptions {
  readonly root: string;
  /** Limits; 0 means none. */
  readonly maxAgeMs: number;
  readonly maxCount: number;
  readonly maxBytes: number;
  /** Handles that run, here or in another process: never freed, but they count. */
  readonly isLive: (handleId: string) => boolean | Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SweepResult {
  /** Oldest first. A handle is in the result of one sweep only, also when several processes sweep at once. */
  readonly freed: readonly string[];
  readonly bytesFreed: number;
}

interface Kept {
  readonly handleId: string;
  /** The directory's mtime: its last change is that `combined.txt` appeared, when the handle ended. */
  readonly endedAt: number;
  readonly bytes: number;
}

/** A directory is renamed to this before its files go: one of several sweepers wins, and no reader sees a half. */
const condemnedPrefix = ".freed-";

/** Removes nothing but directories whose names are exactly handle ids, follows no link, and goes on past what it cannot remove. */
export async function sweepArtifacts(options: SweepOptions): Promise<SweepResult> {
  const { root, isLive } = options;
  const names = await readdir(root).catch(() => []);
  await finishEarlierSweeps(root, names);
  const kept = (await Promise.all(names.map((name) => examine(root, name)))).filter((entry) => entry !== null);
  kept.sort((a, b) => a.endedAt - b.endedAt || (a.handleId < b.handleId ? -1 : 1));
  let count = kept.length;
  let bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
  const freed: string[] = [];
  let bytesFreed = 0;
  for (const entry of kept) {
    if (!isTooMuch(options, entry, count, bytes)) break;
    if (await isLive(entry.handleId)) continue;
    const won = await free(root, entry.handleId);
    if (won === "failed") continue;
    // Also when another sweep was faster: it is gone, so it no longer counts.
    count -= 1;
    bytes -= entry.bytes;
    if (won === "gone") continue;
    freed.push(entry.handleId);
    bytesFreed += entry.bytes;
  }
  return { freed, bytesFreed };
}

/** Entries come oldest first, so when none of this holds for one, it holds for none behind it. */
function isTooMuch(
  { maxAgeMs, maxCount, maxBytes, now }: SweepOptions,
  entry: Kept,
  count: number,
  bytes: number,
): boolean {
  if (maxAgeMs > 0 && now - entry.endedAt > maxAgeMs) return true;
  return (maxCount > 0 && count > maxCount) || (maxBytes > 0 && bytes > maxBytes);
}

async function examine(root: string, name: string): Promise<Kept | null> {
  if (!handleIdPattern.test(name)) return null;
  const directory = join(root, name);
  const stats = await lstat(directory).catch(() => null);
  if (stats === null || !stats.isDirectory()) return null;
  const files = await readdir(directory).catch(() => []);
  const sizes = new Map<number, number>();
  for (const file of files) {
    const found: Stats | null = await lstat(join(directory, file)).catch(() => null);
    // By inode: `combined.txt` is often a second name of a stream's file.
    if (found?.isFile() === true) sizes.set(found.ino, found.size);
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { handleId: name, endedAt: stats.mtimeMs, bytes };
}

async function free(root: string, handleId: string): Promise<"freed" | "gone" | "failed"> {
  const directory = join(root, handleId);
  const condemned = join(root, condemnedPrefix + handleId);
  try {
    await rename(directory, condemned);
  } catch {
    return (await lstat(directory).catch(() => null)) === null ? "gone" : "failed";
  }
  await remove(condemned);
  return "freed";
}

/** What a sweep that was killed had condemned. */
async function finishEarlierSweeps(root: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isCondemned = name.startsWith(condemnedPrefix) && handleIdPattern.test(name.slice(condemnedPrefix.length));
    if (isCondemned) await remove(join(root, name));
  }
}

async function remove(path: string): Promise<void> {
  // What cannot be removed now is tried again by the next sweep. `rm` removes links, it does not follow them.
  await rm(path, { recursive: true, force: true }).catch(() => {});
}
