/** A started OS process: leader of its own session and group. */
import type { ExitStatus, ProcessIdentity } from "./identity.ts";
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
  /** Resolves when the bytes are in the pipe or can never be (the reader is gone: `false`). */
  write(bytes: Uint8Array): Promise<boolean>;
  /** End of file. Idempotent. */
  end(): void;
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
  /** Null unless the command asked for an open stdin. */
  readonly stdin: InputPipe | null;
  /** Null when nobody can write to it: then no process ever waits for us. */
  readonly input: InputIdentity | null;
  /** Resolves once with how the leader ended. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly tree: ProcessTree;
}
