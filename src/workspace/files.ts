/** What detection needs from a directory. A port, so that what is decided from it can be tested without a disk. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** No manifest that people write is larger; what is larger is not read. */
const largestManifestBytes = 2 ** 20;

/** Names are relative to the directory. Nothing here throws: what cannot be looked at is not there. */
export interface WorkspaceFiles {
  /** Whether it is a file; a directory of that name is none. */
  exists(name: string): boolean;
  /** Null when there is no such file, or it is no manifest by its size. */
  readText(name: string): string | null;
  /** The names in the directory itself. */
  names(): readonly string[];
}

/** A handful of small local reads, made at once: they take less time than the detour through the thread pool. */
export function filesOf(directory: string): WorkspaceFiles {
  const sizeOf = (name: string): number | null => {
    try {
      const found = statSync(join(directory, name));
      // A FIFO in its place would keep the reader waiting.
      return found.isFile() ? found.size : null;
    } catch {
      return null;
    }
  };
  return {
    exists: (name) => sizeOf(name) !== null,
    readText(name) {
      try {
        const size = sizeOf(name);
        return size === null || size > largestManifestBytes ? null : readFileSync(join(directory, name), "utf8");
      } catch {
        return null;
      }
    },
    names() {
      try {
        return readdirSync(directory);
      } catch {
        return [];
      }
    },
  };
}
