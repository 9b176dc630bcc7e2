/** What a function gives us, as JSON: it may be anything, and may throw when it is looked at. */

import type { ErrorKind } from "../base/errors.ts";
import { isLonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";

/** Null when it is no JSON object. One that is too large is replaced by a word on that. */
export function boundedJson(value: unknown, maxBytes: number): JsonObject | null {
  try {
    const text = JSON.stringify(value) ?? "null";
    if (Buffer.byteLength(text) > maxBytes) return { message: `more than ${maxBytes} bytes of progress are not shown` };
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && !Array.isArray(parsed) ? (parsed as JsonObject | null) : null;
  } catch {
    // Cyclic, a BigInt, a getter that throws: progress is a courtesy.
    return null;
  }
}

export interface Failure {
  readonly message: string;
  /** Of an error of ours; null for anything else. */
  readonly kind: ErrorKind | null;
}

/** An error's text belongs in a report; a whole page of output does not. */
const maxMessageChars = 2_000;

/** What was thrown, in words. Never throws. */
export function failureOf(thrown: unknown): Failure {
  const kind = isLonghandError(thrown) ? thrown.kind : null;
  return { message: messageOf(thrown).slice(0, maxMessageChars).toWellFormed(), kind };
}

function messageOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return thrown === undefined ? "it threw undefined" : String(thrown);
    return String(thrown.message || thrown.name);
  } catch {
    return "it threw what cannot be shown";
  }
}

/** The ordinary end of a function that obeys its signal: no failure worth a word. */
export function isAbort(thrown: unknown): boolean {
  try {
    return thrown instanceof Error && thrown.name === "AbortError";
  } catch {
    return false;
  }
}
