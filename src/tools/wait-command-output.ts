/** `wait_command_output`: waits until a command prints something. Searches what it has printed already, and does nothing to it. */
import { z } from "zod";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { watchOutput } from "../handle/wait-for-output.ts";
import { compilePattern, longestLiteral } from "../output/output-pattern.ts";
import type { Call } from "../session/call.ts";
import { goesOn } from "./answer.ts";
import { type OutputToWatch, outputToWatch } from "./output-to-watch.ts";
import { matchedAnswer, unmatchedAnswer } from "./output-wait-answer.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { checkSession, sessionField } from "./session-field.ts";
import { defineTool } from "./tool.ts";

const input = z.strictObject({
  handle_id: z.string().min(1).describe("Handle id or alias (h7)."),
  pattern: z
    .string()
    .min(1)
    .max(longestLiteral)
    .describe("Text to wait for; colours and other escape sequences in the output are skipped."),
  source: z.enum(["combined", "stdout", "stderr"]).default("combined").describe("Where to look."),
  regex: z
    .boolean()
    .default(false)
    .describe("The pattern is a regular expression (RE2 syntax; ^ and $ match at lines)."),
  from_offset: z.int().min(0).default(0).describe("Byte to search from, like next_offset of an earlier answer."),
  timeout_ms: z.int().min(0).optional().describe("Default: as long as it runs. 0 searches what is there."),
  session_id: sessionField,
});

type WaitOutputInput = z.output<typeof input>;

export const waitCommandOutput = defineTool({
  name: "wait_command_output",
  description:
    "Wait until a command prints a text or matches a regular expression, also in what it has printed already. Answers matched, exited (with the " +
    "result), timed_out or cancelled. Waiting never stops the command.",
  input,
  run: async (asked, { session, call }) => {
    checkSession(session, asked.session_id);
    const pattern = compilePattern(asked.pattern, asked);
    const target = outputToWatch(session, await resolveHandle(session, asked.handle_id));
    checkSource(asked, target);
    using given = givenUp(call);
    const wait = await watchOutput(target.output, {
      clock: session.parts.clock,
      stream: asked.source,
      pattern,
      fromOffset: asked.from_offset,
      signal: given.signal,
      ...(asked.timeout_ms === undefined ? {} : { ms: asked.timeout_ms }),
    }).catch((error: unknown) => {
      throw aboutSource(error);
    });
    if (wait.because === "matched") return matchedAnswer(asked, target, wait.match, session);
    const answer = await unmatchedAnswer(asked, target, wait);
    return wait.because === "given_up" ? { ...answer, givenUp: goesOn({ alias: target.number }) } : answer;
  },
});

/** An option that cannot be honoured is refused: nothing will ever come on a stream that is not there. */
function checkSource({ source }: WaitOutputInput, { merged }: OutputToWatch): void {
  if (source !== "stderr" || !merged) return;
  throw new LonghandError(
    "invalid_parameter",
    "source: stderr goes into stdout here (merge_stderr): search combined or stdout",
    {
      param: "source",
      details: { expected: "combined or stdout", got: source },
    },
  );
}

/** The file's word for it is `stream`. */
function aboutSource(error: unknown): unknown {
  if (!isLonghandError(error) || error.kind !== "unsupported") return error;
  return new LonghandError("unsupported", error.message, { param: "source", cause: error });
}

/** Cancelled or moved to the background: the wait is over either way, and the command was never the call's own. */
function givenUp(call: Call): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (call.signal.aborted) abort();
  call.signal.addEventListener("abort", abort, { once: true });
  void call.moved.then(abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => call.signal.removeEventListener("abort", abort),
  };
}
