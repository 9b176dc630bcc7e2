/** What an operation returned: inline in its report when it is small, a file beside its output when it is not. */
import type { Json } from "../base/json.ts";
import { writeResult } from "../output/result-file.ts";
import type { ResultBrief } from "./operation.ts";
import { type Failure, failureOf } from "./operation-json.ts";
import type { OperationRequest } from "./request.ts";

export interface OperationResult {
  /** Null when it is in the file only. */
  readonly value: Json;
  /** `result.json`; null when it is so small that any text shows it whole, or when the disk refused. */
  readonly path: string | null;
  /** Of the JSON. */
  readonly bytes: number;
  /** Instead of the JSON in texts; absent for what speaks for itself. */
  readonly brief?: ResultBrief;
}

export interface KeptResult {
  readonly result: OperationResult;
  /** Why it is not there although there was one; null when it is. */
  readonly failure: Failure | null;
}

/** A report is committed in one row, read by every list and sent in one message: 64 KiB is a page of text. */
const maxInlineBytes = 65_536;
/** What the text of an answer shows of it; whoever reads texts only finds the rest in the file. */
const maxTextBytes = 1_000;

/** Throws what `JSON.stringify` throws: a cycle, a BigInt. What has no JSON (`undefined`, a function) is null. */
export function resultText(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** Never rejects. */
export async function keepResult(
  text: string,
  directory: string,
  briefly: OperationRequest["brief"] = null,
): Promise<KeptResult> {
  const bytes = Buffer.byteLength(text);
  const brief = briefly === null ? {} : { brief: briefly(JSON.parse(text) as Json) };
  const value = bytes <= maxInlineBytes ? (JSON.parse(text) as Json) : null;
  if (bytes <= maxTextBytes) return { result: { value, path: null, bytes, ...brief }, failure: null };
  try {
    return { result: { value, path: await writeResult(directory, text), bytes, ...brief }, failure: null };
  } catch (thrown) {
    const message = `its result of ${bytes} bytes could not be written: ${failureOf(thrown).message}`;
    const failure: Failure = { message, kind: "unavailable" };
    // Inline it is complete: that the file is missing concerns nobody.
    return { result: { value, path: null, bytes, ...brief }, failure: value === null ? failure : null };
  }
}
