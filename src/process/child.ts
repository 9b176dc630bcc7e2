/** A started OS process: leader of its own session and group. */
import type { ExitStatus, ProcessIdentity } from "./identity.ts";
import type { TerminalSize } from "./terminal-size.ts";
import type { ProcessTree } from "./tree.ts";

/** Bytes from a pipe. The chunk is a view into a shared buffer: it is valid only during the call. */
export type ChunkSink = (chunk: Uint8Array) => void;

/** The read end of a pipe, flowing from the tick of the spawn. */
export interface OutputPipe {
  /** Resolves when every writer has closed the pipe, or after `destroy`. Never rejects. */
  readonly ended: Promise<void>;
  /** Whether every writer has closed it. */
  readonly atEnd: boolean;
  /** Holds back the writers: nothing is read until `resume`. */
  pause(): void;
  resume(): void;
  /** From now on it is read whatever happens: nothing can hold it back any more. */
  runOut(): void;
  /** It is read on, but does not keep this process alive. */
  unref(): void;
  /** Stops reading and closes our end; a late writer gets SIGPIPE. Idempotent. */
  destroy(): void;
}

/** The write end of a child's stdin. */
export interface InputPipe {
  /** False after the end, or when it turned out that nobody reads any more. */
  readonly isOpen: boolean;
  /** What was given to `write` and is not in the pipe yet. */
  readonly pendingBytes: number;
  /** Resolves when the bytes are in the pipe or can never be (the reader is gone: `false`). In the order of the calls, each in one piece. */
  write(bytes: Uint8Array): Promise<boolean>;
  /**
   * End of file. Idempotent for a pipe. In a terminal it is Ctrl-D: it ends what reads there by lines just now, and the next reader (the shell
   * behind it) can be written to again.
   */
  end(): void;
}

/** The terminal of a child that was asked for one. */
export interface ChildTerminal {
  readonly size: TerminalSize;
  /** Those in the foreground get SIGWINCH. False when the terminal is gone. Throws `invalid_parameter`. */
  resize(size: TerminalSize): boolean;
  /** The process group that Ctrl-C would reach; null when there is none. */
  foregroundGroup(): number | null;
}

/**
 * By what an open file of a child is known to be what we write to: the inode of its pipe, or the device of its terminal (st_rdev of the
 * slave). Inodes exceed 2^53 on some file systems.
 */
export type InputIdentity = { readonly dev: bigint; readonly ino: bigint } | { readonly rdev: bigint };

export interface Child extends ProcessIdentity {
  /** One pipe when output is merged: then `stderr` is null. Both null when output goes to files. */
  readonly stdout: OutputPipe | null;
  readonly stderr: OutputPipe | null;
  /** Null unless the command asked for an open stdin or a terminal. */
  readonly stdin: InputPipe | null;
  readonly terminal: ChildTerminal | null;
  /** Null when nobody can write to it: then no process ever waits for us. */
  readonly input: InputIdentity | null;
  /** Resolves once with how the leader ended. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly tree: ProcessTree;
}
