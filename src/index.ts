/** longhand: runs commands for AI agents. The whole public interface of the library. */
export {
  type ErrorDetails,
  type ErrorJson,
  type ErrorKind,
  errorKinds,
  isLonghandError,
  LonghandError,
} from "./base/errors.ts";
export type { Sequenced } from "./base/event-log.ts";
export type { Json, JsonObject } from "./base/json.ts";
export type { Config, ConfigOptions, ResolvedConfig } from "./config.ts";
export type { Cause, CauseKind, Outcome } from "./handle/cause.ts";
export type { OperationContext, OperationFunction, OperationProgress } from "./handle/operation.ts";
export type { OperationResult } from "./handle/operation-result.ts";
export type { Report } from "./handle/report.ts";
export type { MessageRecord } from "./ledger/ledger.ts";
export type { OutputSummary } from "./output/summary.ts";
export type { Coverage, Receipt, Survivor } from "./process/receipt.ts";
export type { RuntimeEvent } from "./runtime/events.ts";
export { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
export type { AgentCallOptions, AgentInbox, AgentSession, CallInFlight, CallResult } from "./session/agent-session.ts";
export type { Approval, ApprovalRequest, Approve } from "./session/approval.ts";
export type { CallOptions, HostCallOptions } from "./session/call-options.ts";
export type { CancelStatus } from "./session/cancel-call.ts";
export type { CancelCallOptions } from "./session/cancel-options.ts";
export type { ClaimOptions, Inbox, Mail } from "./session/inbox.ts";
export type { LiveOutput, OutputUpdate } from "./session/live-output.ts";
export type { OpenSessionOptions } from "./session/open-options.ts";
export type { OperationHandle, OperationOptions } from "./session/operations.ts";
export type { Session } from "./session/session.ts";
export type { ToolResult } from "./session/tool-result.ts";
export { type AgentTool, agentTools } from "./tools/agent-tools.ts";
export { describeTools, type ToolDescription } from "./tools/describe.ts";
