/** Starts commands: pipes, marks and the spawn itself. One per runtime. */
import type { Child, ChunkSink } from "./child.ts";
import type { Command } from "./command.ts";
import type { Mark } from "./mark.ts";

/** Where the child's output goes. */
export type Capture =
  /** Two pipes, or one in exact order when `onStderr` is null. */
  | { readonly kind: "pipes"; readonly onStdout: ChunkSink; readonly onStderr: ChunkSink | null }
  /** Straight into these open files (O_APPEND). The launcher does not close them. */
  | { readonly kind: "files"; readonly stdout: number; readonly stderr: number };

export interface Launcher {
  /** A mark for a handle that is about to be placed: known before the spawn, so that it can be recorded first. */
  newMark(handleId: string): Promise<Mark>;
  /**
   * Starts the command under its mark. Reading begins in the same tick.
   * Rejects with `spawn_failed` (details.errno, e.g. ENOENT, EACCES, E2BIG, ETXTBSY), `invalid_parameter` (cwd), or
   * `capacity` (fds or processes used up). After a rejection nothing runs and nothing is open.
   */
  launch(command: Command, mark: Mark, capture: Capture): Promise<Child>;
  /** Gives back what is pooled. Running children are not touched. */
  close(): Promise<void>;
}
