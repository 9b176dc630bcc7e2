/** Asking somebody before anything happens: before the ledger knows and before anything is spawned. */
import type { JsonObject } from "../base/json.ts";

export interface ApprovalRequest {
  readonly tool: string;
  readonly sessionId: string;
  readonly callId: string | null;
  /** As people would type it. */
  readonly command: string;
  readonly cwd: string;
  /** What will be run, as an input of `run_command`; of that tool it is what the caller gave. */
  readonly input: JsonObject;
  /** Aborted when the call is cancelled while it is pending: the question is void. */
  readonly signal: AbortSignal;
}

export type Approval =
  | { readonly decision: "allow" }
  | { readonly decision: "deny"; readonly reason: string }
  /** Run this input instead; it is validated, and not asked about again. */
  | { readonly decision: "rewrite"; readonly input: JsonObject };

/** Its time counts in no timeout. A rejection denies. */
export type Approve = (request: ApprovalRequest) => Approval | Promise<Approval>;
