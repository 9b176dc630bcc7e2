/** What operations add to, and change in, the words of the wire. */
import type { JsonObject } from "../base/json.ts";
import type { HandleFacts } from "../handle/facts.ts";
import type { Report } from "../handle/report.ts";

/** Records of older versions do not say. */
type WhatRan = Pick<HandleFacts, "command"> & { readonly operation?: string | null };

export function isOperation({ operation }: WhatRan): boolean {
  return operation != null;
}

/** The fields that say what a handle is: of a command, or of an operation. */
export function whatRuns(facts: WhatRan): JsonObject {
  const { command, operation = null } = facts;
  const descriptor = { command_or_op_descriptor: command };
  return operation === null ? { command, ...descriptor } : { command: null, operation, ...descriptor };
}

/** What the report of an operation says beyond that of a command. */
export function operationToWire({ result, progress, errorKind }: Report, hasArtifacts: boolean): JsonObject {
  return {
    result: result?.value ?? null,
    result_path: hasArtifacts ? (result?.path ?? null) : null,
    result_bytes: result?.bytes ?? null,
    progress,
    error_kind: errorKind,
  };
}
