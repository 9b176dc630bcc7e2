/** Answers of the bridge: what is not an object is no answer of ours. */
import { LonghandError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";

export function understood(answer: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(answer)) return answer;
  throw new LonghandError("internal", "the bridge answered what is no object");
}
