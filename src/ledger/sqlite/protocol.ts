/** What the two threads say to each other. Everything here survives a structured clone. */
import type { ErrorJson } from "../../base/errors.ts";
import type { Topic } from "../ledger.ts";
import type { OperationName } from "../operation-kinds.ts";

export interface WorkerSettings {
  readonly path: string;
  readonly maxUnreadPerSession: number;
  /** How long an operation waits for its turn; `record` waits until the close. */
  readonly deadlineMs: number;
  /** How often the commits of other processes are looked for while somebody is subscribed. */
  readonly pollMs: number;
  /** False for a worker that replaces one that crashed: the file must be there. */
  readonly create: boolean;
}

export interface Call {
  readonly id: number;
  readonly name: OperationName;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorJson };

export type ToWorker =
  | { readonly kind: "calls"; readonly calls: readonly Call[] }
  /** Whether somebody wants hints. */
  | { readonly kind: "watch"; readonly wanted: boolean }
  /** Finish within this time, then end. */
  | { readonly kind: "close"; readonly withinMs: number };

export type FromWorker =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly error: ErrorJson }
  | { readonly kind: "done"; readonly replies: readonly Reply[]; readonly topics: readonly Topic[] }
  /** Another process committed something. */
  | { readonly kind: "elsewhere" };
