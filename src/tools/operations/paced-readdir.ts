/** Reads directories for a search that would otherwise ask for thousands at once and keep everybody else waiting. */
import { type Dirent, readdir } from "node:fs";
import { errnoOf } from "../../base/errors.ts";
import { Pace } from "../../base/pace.ts";

type Callback = (error: NodeJS.ErrnoException | null, entries?: Dirent[]) => void;

export interface PacedReaddirOptions {
  readonly signal: AbortSignal;
  /** A directory that cannot be read, with the system's error code. What is not there, or no directory, is no error of a search. */
  readonly onError: (path: string, errno: string) => void;
}

/** Enough to keep a disk busy; what they hold is bounded. */
const atOnce = 8;
const isNoDirectory = new Set(["ENOENT", "ENOTDIR"]);

/** `fs.readdir` with entry types, some at a time. After an abort it does not answer any more. */
export function pacedReaddir({ signal, onError }: PacedReaddirOptions) {
  const pace = new Pace();
  const waiting: (() => void)[] = [];
  let active = 0;
  const read = (path: string, callback: Callback): void => {
    // The search was ended: nobody looks at the answer any more.
    if (signal.aborted) return;
    active += 1;
    readdir(path, { withFileTypes: true }, (error, entries) => {
      if (error !== null && !isNoDirectory.has(errnoOf(error) ?? "")) onError(path, errnoOf(error) ?? "UNKNOWN");
      // Nothing here rejects: a slice of the event loop is waited for.
      void pace.turn().then(() => {
        active -= 1;
        callback(error, entries);
        waiting.shift()?.();
      });
    });
  };
  return (path: string, _options: { readonly withFileTypes: true }, callback: Callback): void => {
    if (active < atOnce) read(path, callback);
    else waiting.push(() => read(path, callback));
  };
}
