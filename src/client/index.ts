/** longhand/client: the sessions of a bridge as if they were in this process. No packages, on Node.js 20 or newer and on Bun. */
export {
  type ErrorDetails,
  type ErrorJson,
  type ErrorKind,
  errorKinds,
  isLonghandError,
  LonghandError,
} from "../base/errors.ts";
export type { Json, JsonObject } from "../base/json.ts";
export type { MessageRecord, OpenSessionOptions, Report, ToolDescription } from "../index.ts";
export type { AgentCallOptions, AgentInbox, AgentSession, CallInFlight, CallResult } from "../session/agent-session.ts";
export type { Approval, ApprovalRequest, Approve } from "../session/approval.ts";
export type { HostCallOptions } from "../session/call-options.ts";
export type { CancelStatus } from "../session/cancel-call.ts";
export type { CancelCallOptions } from "../session/cancel-options.ts";
export type { ClaimOptions, Mail } from "../session/inbox.ts";
export type { LiveOutput, OutputUpdate } from "../session/live-output.ts";
export type { ReconnectOptions } from "./backoff.ts";
export { type CommandOptions, connectCommand } from "./command.ts";
export { type Client, type ClientOptions, type ConnectOptions, connect } from "./connect.ts";
export type { ClientStream, ProcessPipes, StreamPair } from "./streams.ts";
