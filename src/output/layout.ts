/** Lays out `combined.txt` when a command has ended. */
import { constants, linkSync, lstatSync, rmSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import type { Source } from "./artifact-file.ts";
import { artifactFiles, indexFile } from "./artifacts.ts";
import { openSource } from "./source.ts";

/** Above this, copying costs more than anybody gains: the index stays, and ranges are read through it. */
const layoutLimitBytes = 64 * 2 ** 20;
/** Copied in one go; the event loop runs in between. */
const pageBytes = 2 ** 20;
/** Readers look for `combined.txt`, so it appears under that name only when it is whole. */
const partialFile = "combined.partial";

/**
 * The path of the file with all output in order, or null when there is none: too large, no known order, or the disk refused.
 * What was printed is in the stream files in any case. Looking and linking are synchronous, because every short command waits
 * for them and a trip through the thread pool takes longer than the call; copying is not.
 */
export async function layOutCombined(directory: string): Promise<string | null> {
  const target = join(directory, artifactFiles.combined);
  try {
    const stdout = sizeOf(directory, "stdout");
    const stderr = sizeOf(directory, "stderr");
    if (stdout > 0 && stderr > 0) {
      if (stdout + stderr > layoutLimitBytes) return null;
      await using source = await openSource(directory, "combined");
      // An earlier attempt, before a crash, got this far.
      if (source.path !== target) await writeOut(source, directory, target);
      return target;
    }
    const only = join(directory, artifactFiles[stderr > 0 ? "stderr" : "stdout"]);
    return (await linkOrCopy(only, target, stdout + stderr)) ? target : null;
  } catch {
    // `combined` is a convenience: without it the same bytes are read from the two streams and the index.
    await rm(join(directory, partialFile), { force: true }).catch(() => {});
    return null;
  }
}

/** A link that a command put in place of its output counts as nothing, and is not followed. */
function sizeOf(directory: string, stream: "stdout" | "stderr"): number {
  const found = lstatSync(join(directory, artifactFiles[stream]), { throwIfNoEntry: false });
  return found?.isFile() === true ? found.size : 0;
}

/** One stream is all there is: the same file under a second name. */
async function linkOrCopy(from: string, to: string, size: number): Promise<boolean> {
  for (const last of [false, true]) {
    try {
      linkSync(from, to);
      return true;
    } catch (error) {
      // Nobody but us makes this name; what stands there was planted, or is from before a crash.
      if (errnoOf(error) !== "EEXIST" || last) break;
      rmSync(to, { force: true });
    }
  }
  if (size > layoutLimitBytes) return false;
  await copyFile(from, to, constants.COPYFILE_EXCL);
  return true;
}

async function writeOut(source: Source, directory: string, target: string): Promise<void> {
  const partial = join(directory, partialFile);
  await rm(partial, { force: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await using file = await open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  for (let offset = 0; offset < source.size; offset += pageBytes) {
    await file.appendFile(await source.read(offset, pageBytes));
  }
  await rename(partial, target);
  await rm(join(directory, indexFile), { force: true });
}
