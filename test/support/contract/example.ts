/** Real answers as examples of the contract: what was asked, in which state it was answered, and how. */
import type { JsonObject } from "../../../src/base/json.ts";

export interface Example {
  /** Of the two schemas, without their side: `tools/run_command`. */
  readonly path: string;
  /** In a word: `completed`, `timed_out`. */
  readonly state: string;
  readonly input: JsonObject;
  readonly output: JsonObject;
}

export interface Recorder {
  readonly examples: Example[];
  /** Asks, keeps the example, and hands on the answer. */
  take(
    path: string,
    state: string,
    input: JsonObject,
    ask: (input: JsonObject) => Promise<unknown>,
  ): Promise<JsonObject>;
}

/** The schema of each side, by the folder. */
export function sidesOf({ path }: Pick<Example, "path">): { readonly input: string; readonly output: string } {
  return path.startsWith("tools/")
    ? { input: `${path}.input`, output: `${path}.output` }
    : { input: `${path}.params`, output: `${path}.result` };
}
