/** A session as agent loops and adapters need it: the same in this process (`Session`) and across a socket (`longhand/client`). */
import type { JsonObject } from "../base/json.ts";
import type { Report } from "../handle/report.ts";
import type { Canceller } from "./call.ts";
import type { CallOptions, HostCallOptions } from "./call-options.ts";
import type { CancelStatus } from "./cancel-call.ts";
import type { CancelCallOptions } from "./cancel-options.ts";
import type { ClaimOptions, Mail } from "./inbox.ts";
import type { ToolResult } from "./tool-result.ts";

/** What a call resolves with, whoever settles its delivery. */
export type CallResult = Pick<ToolResult, "status" | "text" | "data">;

/** A call that has not been answered. */
export interface CallInFlight {
  /** Null for one that nobody can name: without an id, or of an earlier reader, where a later one has made another with its id. */
  readonly callId: string | null;
  /** `run_command`, `process.exec`. */
  readonly tool: string;
  /** Who cancelled it and why; null while nobody did. */
  readonly cancelled: Canceller | null;
}

export type AgentCallOptions = Omit<CallOptions, "streams">;

export interface AgentInbox {
  /** Unread messages a moment ago, progress included. A hint: `claim` tells. */
  readonly pending: number;
  /** Calls `wake` whenever a result or a notice lies unread, and soon after the call when one does already. */
  onReady(wake: () => void): Disposable;
  /** The outstanding claim again, else the next messages; null when there is nothing. */
  claim(options?: ClaimOptions): Promise<Mail | null>;
  ack(claimId: string): Promise<boolean>;
  release(claimId: string): Promise<boolean>;
}

export interface AgentSession extends AsyncDisposable {
  readonly id: string;
  readonly parentId: string | null;
  readonly inbox: AgentInbox;
  call(name: string, input: unknown, options?: AgentCallOptions): Promise<CallResult>;
  hostCall(capability: string, operation: string, params?: unknown, options?: HostCallOptions): Promise<JsonObject>;
  moveToBackground(callId: string): Promise<boolean>;
  cancelCall(callId: string, options?: CancelCallOptions): Promise<CancelStatus>;
  /** Oldest first; at once in the process of the session. */
  callsInFlight(): readonly CallInFlight[] | Promise<readonly CallInFlight[]>;
  digest(): Promise<string>;
  close(): Promise<Report[]>;
}
