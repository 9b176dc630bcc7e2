/** Any async function as a handle of a session: it can be waited for, looked at and cancelled, and its result comes to the inbox once. */
import { newId } from "../base/ids.ts";
import { isOneLine } from "../base/one-line.ts";
import { alias } from "../handle/headline.ts";
import type { Ladders } from "../handle/ladders.ts";
import type { OperationFunction } from "../handle/operation.ts";
import type { Report } from "../handle/report.ts";
import type { OperationRequest } from "../handle/request.ts";
import type { Supervisor } from "../handle/supervisor.ts";
import { checkKnown, refused } from "./check-options.ts";

/** What an operation needs of its session. */
export interface OperationOwner {
  readonly id: string;
  readonly parts: {
    readonly supervisor: Supervisor;
    readonly ladders: Ladders;
    readonly settings: { readonly maxOutputBytes: number; readonly maxInlineBytes: number };
  };
}

export interface OperationOptions {
  /** What it does, for people: `walk_dir /srv/app`. Default: its name. */
  readonly descriptor?: string;
  /** Shown in lists and results. */
  readonly label?: string;
  /** Ends it with `timed_out`. 0 or absent: no limit. */
  readonly timeoutMs?: number;
  /** Progress goes to the inbox, first after this; the interval doubles up to 30 s. 0 or absent: none, it is shown on request only. */
  readonly progressIntervalMs?: number;
  /** Default: that of commands. */
  readonly maxOutputBytes?: number;
  readonly callId?: string;
  /** A repeat with the same id joins the first; `conflict` when that has ended. */
  readonly requestId?: string;
}

export interface OperationHandle {
  readonly handleId: string;
  /** `h7`: its name in its session. */
  readonly alias: string;
  /** Its report, once the inbox has it too (or cannot, because the store fails: then it follows). Never rejects. */
  readonly ended: Promise<Report>;
  /** Aborts its signal; given up after 2 s. True when this is what ends it, false when something else did before. */
  cancel(reason?: string): boolean;
}

/** Progress of commands is as rare at the most. */
const maxProgressIntervalMs = 30_000;

/** Rejects as `supervisor.start` does, and with `invalid_parameter`. */
export async function startOperation(
  session: OperationOwner,
  name: string,
  run: OperationFunction,
  options: OperationOptions,
): Promise<OperationHandle> {
  const { supervisor, ladders } = session.parts;
  const handle = await supervisor.start(operationRequest(session, name, run, options));
  return {
    handleId: handle.id,
    get alias() {
      return alias(handle.alias);
    },
    ended: handle.ended,
    cancel: (reason) => handle.requestStop({ kind: "cancel", by: "caller", reason: reason ?? null }, ladders.cancel),
  };
}

/** Throws `invalid_parameter` with the option that is wrong. */
export function operationRequest(
  session: OperationOwner,
  name: string,
  run: OperationFunction,
  options: OperationOptions = {},
): OperationRequest {
  const { settings } = session.parts;
  const { maxOutputBytes = settings.maxOutputBytes, progressIntervalMs = 0, timeoutMs = 0 } = options;
  checkText("name", name, 100);
  if (!isOneLine(name)) throw refused("name", "one line without control characters", "others");
  if (typeof run !== "function") throw refused("run", "a function", typeof run);
  checkKnown(options, Object.keys(known), "an operation");
  for (const key of ["descriptor", "label", "callId", "requestId"] as const) {
    if (options[key] !== undefined) checkText(key, options[key], key === "descriptor" ? 4_096 : 200);
  }
  checkNumber("maxOutputBytes", maxOutputBytes, 1);
  checkNumber("progressIntervalMs", progressIntervalMs, 0);
  checkNumber("timeoutMs", timeoutMs, 0);
  const maxIntervalMs = Math.max(progressIntervalMs, maxProgressIntervalMs);
  return {
    kind: "operation",
    name,
    descriptor: options.descriptor ?? name,
    run,
    brief: null,
    handleId: newId("operation"),
    owner: session.id,
    requestId: options.requestId ?? newId("call"),
    callId: options.callId ?? null,
    label: options.label ?? null,
    capture: { merge: true, previewBytes: settings.maxInlineBytes, transport: "pipe" },
    timeoutMs: timeoutMs || null,
    maxOutputBytes,
    progress:
      progressIntervalMs === 0
        ? null
        : { intervalMs: progressIntervalMs, maxIntervalMs, maxInlineBytes: settings.maxInlineBytes },
    inspection: null,
  };
}

const known = {
  descriptor: true,
  label: true,
  timeoutMs: true,
  progressIntervalMs: true,
  maxOutputBytes: true,
  callId: true,
  requestId: true,
} as const satisfies Record<keyof OperationOptions, true>;

function checkText(param: string, value: unknown, maxLength: number): void {
  if (typeof value === "string" && value !== "" && value.length <= maxLength) return;
  throw refused(param, `1 to ${maxLength} characters`, typeof value === "string" ? `${value.length}` : typeof value);
}

function checkNumber(param: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw refused(param, `a whole number, ${least} or more`, String(value));
}
