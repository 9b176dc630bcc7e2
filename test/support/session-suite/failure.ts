/** What a promise rejects with. */
import type { LonghandError } from "../../../src/index.ts";

export async function failure(work: Promise<unknown>): Promise<LonghandError> {
  const answer = await work.then(
    (value) => ({ value }),
    (error: LonghandError) => ({ error }),
  );
  if ("error" in answer) return answer.error;
  throw new Error(`it was not refused: ${JSON.stringify(answer.value)}`);
}
