/**
 * The port to everything that must outlive a process: hosts, sessions, handles with their reports, inbox messages and claims.
 * Each operation is one transaction and safe to repeat. A resolved promise means committed. Output bytes are files beside it.
 */
import type { JsonObject } from "../base/json.ts";

/** Identity of a host process, good enough to tell a dead host from one in another container or on a shared home. */
export interface HostIdentity {
  readonly machineId: string;
  readonly bootId: string;
  /** Inode of the pid namespace: a pid means nothing outside of it. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot, as text. */
  readonly startTime: string;
}

/** A host under its current epoch. Writes under an older epoch are refused as `fenced`. */
export interface HostTicket {
  readonly hostId: string;
  readonly epoch: number;
}

export interface HostRecord extends HostTicket {
  readonly identity: HostIdentity;
  readonly openedAt: number;
  readonly beatAt: number;
  readonly alive: boolean;
}

export type HandleState = "running" | "ended";

/** `kept`: the artifacts are on disk. `expired`: retention freed them. `none`: there never were any. */
export type ArtifactsState = "kept" | "expired" | "none";

export interface HandleRecord {
  readonly handleId: string;
  readonly sessionId: string;
  /** Number of the handle within its session, shown as `h7`. */
  readonly alias: number;
  readonly hostId: string;
  readonly epoch: number;
  readonly callId: string | null;
  readonly label: string | null;
  readonly lifetime: "session" | "detached";
  readonly state: HandleState;
  /** What was asked for (command, cwd, limits, mark, artifacts directory): written once, at `place`. */
  readonly spec: JsonObject;
  /** What became known while it ran (pid, start time); merged by `note`. */
  readonly notes: JsonObject;
  /** Final record, null until ended. */
  readonly report: JsonObject | null;
  readonly artifacts: ArtifactsState;
  /** Somebody's durable wish to cancel, null when there is none. The first one stays. */
  readonly cancel: JsonObject | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface PlaceRequest {
  readonly handleId: string;
  readonly sessionId: string;
  /** A repeat with the same id returns the handle of the first. Providers repeat call ids, so this is not the call id. */
  readonly requestId: string;
  readonly callId: string | null;
  readonly label: string | null;
  readonly lifetime: "session" | "detached";
  readonly spec: JsonObject;
  readonly createdAt: number;
}

export interface MessageRecord {
  readonly messageId: string;
  readonly sessionId: string;
  /** Rises within a session; gaps are allowed. */
  readonly sequence: number;
  /** `tool_result` and `notice` are never dropped; `tool_progress` is coalesced per handle and dropped first. */
  readonly kind: string;
  /** Higher is delivered first; 0 unless told. */
  readonly priority: number;
  readonly handleId: string | null;
  /** Alias of that handle within the session that holds the message now; null without a handle. */
  readonly alias: number | null;
  readonly callId: string | null;
  readonly label: string | null;
  readonly createdAt: number;
  /** It was part of an answer or a claim that was never acknowledged. */
  readonly redelivered: boolean;
  /** For `tool_result` this is the handle's report. */
  readonly body: JsonObject;
}

/** A message to be appended. Sequence and session come from the operation. */
export interface NewMessage {
  readonly messageId: string;
  readonly kind: string;
  readonly priority?: number;
  readonly callId?: string | null;
  readonly label?: string | null;
  readonly createdAt: number;
  readonly body: JsonObject;
  /** An unread message of the session with the same key is replaced by this one (which takes a new sequence). */
  readonly coalesce?: string;
  /** A message with the same key is never appended twice. */
  readonly dedupe?: string;
}

export type OnSessionClose = "hand_over" | "stop";

export interface SessionRecord {
  readonly sessionId: string;
  readonly parentId: string | null;
  readonly onClose: OnSessionClose;
  readonly state: "open" | "closed";
  /** Epoch of the newest reader; a reader with an older one is fenced. */
  readonly readerEpoch: number;
  readonly createdAt: number;
  readonly attachedAt: number;
}

export interface AttachRequest {
  readonly sessionId: string;
  /** Only used when the session is created; an unknown or closed parent is refused with `not_found` / `closed`. */
  readonly parentId: string | null;
  readonly onClose: OnSessionClose;
  /** The newest inbox claim in the reader's transcript: if it is the outstanding one it is acked. */
  readonly lastClaim: string | null;
  /** For a reader that comes back: refused with `conflict` when one with a later epoch has attached. Null or absent: the newest wins. */
  readonly notAfter?: number | null;
  readonly now: number;
}

/** A reader of a session's inbox. */
export interface Reader {
  readonly sessionId: string;
  readonly readerEpoch: number;
}

export interface ClaimRequest {
  readonly claimId: string;
  /** Fence tag and text budget are kept with the claim, so that it renders the same text again after a crash. */
  readonly tag: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface ClaimRecord {
  readonly claimId: string;
  readonly tag: string;
  readonly maxBytes: number;
  /** It was handed out before and not acknowledged; its messages are the very same. */
  readonly repeated: boolean;
  readonly messages: readonly MessageRecord[];
}

/** The message of one handle, claimed by the answer that carries its report. */
export interface AnswerClaim {
  readonly claimId: string;
  readonly messageId: string;
}

export interface RecordRequest {
  readonly handleId: string;
  readonly ticket: HostTicket;
  readonly report: JsonObject;
  readonly message: NewMessage;
  readonly artifacts: ArtifactsState;
  readonly endedAt: number;
  /** Claim id when an answer is waiting to carry the report: the message is then born claimed by it. */
  readonly answer: string | null;
  /** Whether it must survive a power cut (it always survives a crash of the process). */
  readonly durable: boolean;
}

export type RecordResult =
  | {
      readonly status: "recorded";
      readonly sessionId: string;
      readonly message: MessageRecord;
      readonly answered: boolean;
    }
  /** The handle had ended before: nothing was written. */
  | { readonly status: "already_recorded"; readonly sessionId: string }
  /** The handle belongs to another host or a newer epoch by now. */
  | { readonly status: "fenced" };

/** What lies unread: enough to decide whether to wake an agent. */
export interface Pending {
  readonly messages: number;
  readonly terminal: number;
  /** Whether a claim is outstanding (it comes back with the next `claim`). */
  readonly claimed: number;
}

/** Hints only say that it is worth looking: they may be lost, late or repeated, and carry no data. */
export type Topic = `inbox:${string}` | `cancel:${string}`;

/**
 * The operations, without time: each runs to completion as one transaction. The stores implement this; `Ledger` is the same
 * behind promises. Errors are `LonghandError`s: `not_found`, `closed`, `conflict` (fenced reader), `capacity`, `unavailable`.
 */
export interface LedgerOperations {
  openHost(request: { hostId: string; identity: HostIdentity; now: number }): HostTicket;
  /** False when the ticket is fenced. */
  beat(request: { ticket: HostTicket; now: number }): boolean;
  hosts(): readonly HostRecord[];
  /** Marks a dead host as not alive, fences it, and moves its running handles to `by`. Only one caller gets each handle. */
  adopt(request: { deadHostId: string; by: HostTicket }): readonly HandleRecord[];
  /** Orderly end: the host is no longer alive. Its handles must have ended. */
  closeHost(request: { ticket: HostTicket }): void;

  /** Refused with `closed` (session), `not_found` (session), `capacity` (inbox bound reached), `unavailable` (fenced host). */
  place(request: PlaceRequest & { ticket: HostTicket }): { readonly handle: HandleRecord; readonly existing: boolean };
  note(request: { handleId: string; ticket: HostTicket; notes: JsonObject }): boolean;
  /** Report and inbox message in one transaction. Unread progress of the handle is dropped. */
  record(request: RecordRequest): RecordResult;
  /** Leaves a durable wish for the owning host. False when the handle has ended or has a wish already. */
  cancel(request: { handleId: string; wish: JsonObject }): boolean;
  /** Running handles of this host with a wish. */
  cancels(request: { ticket: HostTicket }): readonly HandleRecord[];
  get(request: { handleId: string }): HandleRecord | null;
  /** By full id, alias (`h7`) or unique prefix, within a session; `sessionId: null` is the operator. */
  find(request: { sessionId: string | null; name: string }): readonly HandleRecord[];
  /** Newest first. */
  list(request: { sessionId: string | null; state: HandleState | null; limit: number }): readonly HandleRecord[];
  /** Artifacts of these handles were freed. */
  expireArtifacts(request: { handleIds: readonly string[] }): void;

  /** Creates or attaches; the former reader is fenced, its answer claims lapse (their messages are unread again, redelivered). */
  attach(request: AttachRequest): SessionRecord;
  session(request: { sessionId: string }): SessionRecord | null;
  sessions(request: { state: "open" | "closed" | null }): readonly SessionRecord[];
  /**
   * Closed is final. With `handOver` and an open parent, undelivered messages move to the parent (with new sequences there, their
   * claims end), and so do handles that run or whose result is among them; these are returned with their new aliases.
   * Without it undelivered messages are acked (their reports are the close's answer). A repeat changes nothing and returns nothing.
   */
  closeSession(request: Reader & { handOver: boolean }): {
    readonly parentId: string | null;
    readonly moved: readonly HandleRecord[];
  };

  /** Appends a message that belongs to no handle's end. Null when `dedupe` met its like. */
  post(request: {
    sessionId: string;
    handleId: string | null;
    message: NewMessage;
    durable: boolean;
  }): MessageRecord | null;
  pending(request: { sessionId: string }): Pending;
  /** Free read, in delivery order; claims nothing. */
  unread(request: { sessionId: string; limit: number }): readonly MessageRecord[];
  /** The outstanding claim comes back identical (`repeated`); else the next messages by priority, then sequence. Null when empty. */
  claim(request: Reader & ClaimRequest): ClaimRecord | null;
  /** Claims the terminal message of one handle for an answer. Null when it is claimed or acked already. */
  claimHandle(request: Reader & { handleId: string; claimId: string }): AnswerClaim | null;
  /**
   * Idempotent. False when the claim is unknown, was released, or lapsed; also when an answer's claim is given up because its reader
   * was fenced meanwhile (the message is unread again then). `durable` (default false): it survives a power cut; without,
   * a message may come again after one, flagged.
   */
  ack(request: Reader & { claimId: string; durable?: boolean }): boolean;
  release(request: Reader & { claimId: string }): boolean;
  /** Deletes acked messages and ended handles older than `before`, and closed sessions without either. Returns freed handle ids. */
  prune(request: { before: number; limit: number }): readonly string[];
}

/** The operations behind promises, with hints. */
export type Ledger = {
  readonly [Name in keyof LedgerOperations]: (
    ...args: Parameters<LedgerOperations[Name]>
  ) => Promise<ReturnType<LedgerOperations[Name]>>;
} & {
  /** Calls `wake` when something may have happened under `topic`, in this or another process. */
  onWake(topic: Topic, wake: () => void): Disposable;
  /** Where it keeps its data, for people; null when nothing outlives the process. */
  readonly location: string | null;
  /** Finishes what was asked and lets go. Idempotent. */
  close(): Promise<void>;
};
