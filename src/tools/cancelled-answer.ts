/** What a cancelled call is answered with: the same few facts for every tool, beside what the tool itself has to say. */
import type { JsonObject } from "../base/json.ts";
import { byWhom } from "../handle/headline.ts";
import { duration, plain } from "../handle/plain.ts";
import type { Call, Canceller } from "../session/call.ts";
import type { ToolAnswer } from "./tool.ts";

/** Of a tool that had nothing to say (in time). `durationMs`: since the call was made. */
export function cancelledAnswer(call: Call, durationMs: number): ToolAnswer {
  return { status: "cancelled", data: cancelledData(call, durationMs), text: headline(call, durationMs) };
}

export function cancelledData(call: Call, durationMs: number): JsonObject {
  return withCancel({ tool: call.tool, call_id: call.id }, call, durationMs);
}

/** A tool's own answer: its real result stays as it is, and what the cancel ended says who did it and why. */
export function withCancelFacts(answer: ToolAnswer, call: Call, durationMs: number): ToolAnswer {
  const { givenUp, ...own } = answer;
  if (call.cancelled === null) return own;
  if (givenUp !== undefined) {
    const data = withCancel({ ...own.data, wait_cancelled: true }, call, durationMs);
    const text = [headline(call, durationMs, [`only the wait, ${givenUp}`]), own.text].join("\n");
    return { ...own, status: "cancelled", data, text };
  }
  return own.status === "cancelled" ? { ...own, data: withCancel(own.data, call, durationMs) } : own;
}

/** A duration of its own, as that of a command, says more than that of the call; what was never begun has none. */
export function withCancel(data: JsonObject, call: Call, durationMs: number): JsonObject {
  const { by, reason } = whoCancelled(call);
  const ownMs = data["duration_ms"] === 0 ? undefined : data["duration_ms"];
  return { ...data, duration_ms: ownMs ?? Math.round(durationMs), status: "cancelled", cancelled: { by, reason } };
}

export function whoCancelled({ cancelled }: Call): Canceller {
  return { by: cancelled?.by ?? "caller", reason: cancelled?.reason ?? null };
}

function headline(call: Call, durationMs: number, facts: readonly string[] = []): string {
  return `[${[`cancelled ${plain(call.tool)}`, duration(durationMs), byWhom(whoCancelled(call)), ...facts].join(" · ")}]`;
}
