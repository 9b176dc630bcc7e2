/** The life of one started operation, from its first turn to "its result is kept and all its output is on disk". */
import type { Recorder } from "../output/recorder.ts";
import { emptyReceipt, type OperationFacts } from "./build-report.ts";
import type { Handle } from "./handle.ts";
import { type Failure, failureOf, isAbort } from "./operation-json.ts";
import { keepResult, resultText } from "./operation-result.ts";
import type { OperationRun, Settlement } from "./operation-run.ts";
import { duration } from "./plain.ts";
import type { Ending, SuperviseOptions } from "./supervise.ts";
import { armTimeout } from "./timeout.ts";

export interface OperationEnding extends OperationFacts {
  readonly ending: Ending;
}

/** Never rejects: what fails on the way is in the ending. */
export async function superviseOperation(
  handle: Handle,
  run: OperationRun,
  recorder: Recorder,
  options: SuperviseOptions,
): Promise<OperationEnding> {
  const { clock, ladders } = options;
  const startedAt = clock.monotonic();
  let endedAt: number | null = null;
  const told = run.settled.then((settlement) => {
    endedAt = clock.monotonic();
    const settled = tell(settlement);
    handle.dispatch({ type: "settled", cause: { kind: settled.type, by: "operation", reason: null } });
    return settled;
  });
  const timeout = armTimeout(handle, options);
  await Promise.race([told, handle.stopRequested]);
  timeout?.cancel();
  const stoppedAt = clock.monotonic();
  const reacted = handle.phase !== "stopping" || (await run.stop(handle.ladder ?? ladders.stop)) !== null;
  const over = endedAt ?? clock.monotonic();
  const { progress } = run;
  const output = await recorder.finish();
  const facts = reacted ? await factsOf(await told, handle) : abandoned(over - stoppedAt);
  handle.dispatch({ type: "quiet" });
  const durationMs = Math.round(over - startedAt);
  return { ending: { output, receipt: emptyReceipt, outputIncomplete: false, durationMs }, progress, ...facts };
}

/** How it ended, with its result as JSON: what is none counts as thrown. */
type Told =
  | { readonly type: "returned"; readonly text: string }
  | { readonly type: "threw"; readonly failure: Failure; readonly obeyed: boolean };

function tell(settlement: Settlement): Told {
  if (settlement.type === "threw") {
    return { type: "threw", failure: failureOf(settlement.thrown), obeyed: isAbort(settlement.thrown) };
  }
  try {
    return { type: "returned", text: resultText(settlement.value) };
  } catch (thrown) {
    const message = `its result is not JSON: ${failureOf(thrown).message}`;
    return { type: "threw", failure: { message, kind: null }, obeyed: false };
  }
}

type Outcome = Pick<OperationFacts, "result" | "failure">;

async function factsOf(told: Told, { state, directory, request }: Handle): Promise<Outcome> {
  if (told.type === "returned") {
    return keepResult(told.text, directory, request.kind === "operation" ? request.brief : null);
  }
  // Stopped by us, and it threw as its signal said: that is how it ends, and no failure.
  const obeyed = told.obeyed && state.cause?.kind !== "threw";
  return { result: null, failure: obeyed ? null : told.failure };
}

function abandoned(afterMs: number): Outcome {
  const message = `it did not react to its signal within ${duration(afterMs)} and was abandoned`;
  return { result: null, failure: { message, kind: null } };
}
