/** From a tool's name and input to its result: look up, validate, open the call, run it under its cancel. */
import { asLonghandError, LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";
import { type CallOptions, checkCallOptions } from "../session/call-options.ts";
import type { Session } from "../session/session.ts";
import type { ToolResult } from "../session/tool-result.ts";
import { cancelledAnswer, withCancelFacts } from "./cancelled-answer.ts";
import { deliver } from "./deliver.ts";
import { parseInput } from "./input.ts";
import type { Tool } from "./tool.ts";
import { underCancel } from "./under-cancel.ts";

export type Dispatch = (session: Session, name: string, input: unknown, options: CallOptions) => Promise<ToolResult>;

/** Rejects with a `LonghandError` that names the tool. A call that is cancelled is answered, whatever its tool does. */
export function createDispatch(tools: readonly Tool[]): Dispatch {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return async (session, name, input, options) => {
    const tool = byName.get(name);
    if (tool === undefined) throw unknownTool(name, [...byName.keys()]);
    const parsed = parseInput(tool.input, input ?? {}, name);
    try {
      checkCallOptions(options);
      return await runTool(tool, parsed, session, options);
    } catch (error) {
      throw asLonghandError(error).inTool(name);
    }
  };
}

async function runTool(tool: Tool, input: unknown, session: Session, options: CallOptions): Promise<ToolResult> {
  const { calls, clock } = session.parts;
  const { callId, signal, requestId, streams = {}, onOutput: liveOutput = null } = options;
  const startedAt = clock.monotonic();
  const { readerEpoch } = session.reader;
  using call = calls.open(session.id, tool.name, { callId, signal, readerEpoch });
  const answer = await underCancel(() => tool.run(input, { session, call, liveOutput, streams, requestId }), {
    call,
    clock,
    unwindMs: tool.unwindMs,
    onLate: (late) => void deliver(late, session).lost(),
  });
  const durationMs = clock.monotonic() - startedAt;
  return deliver(
    answer === null ? cancelledAnswer(call, durationMs) : withCancelFacts(answer, call, durationMs),
    session,
  );
}

function unknownTool(name: string, known: readonly string[]): LonghandError {
  return new LonghandError("not_found", `no tool ${JSON.stringify(name)}; ${spellingHint(name, known)}`, {
    details: { expected: known.join(" | "), got: name },
  });
}
