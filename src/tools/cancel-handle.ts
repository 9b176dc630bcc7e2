/** `cancel_handle`: ends a command and everything it started, within 2 s. */
import { z } from "zod";
import type { Cause } from "../handle/cause.ts";
import type { Handle } from "../handle/handle.ts";
import { alias } from "../handle/headline.ts";
import type { Session } from "../session/session.ts";
import { activityToWire } from "./activity-wire.ts";
import { claimFor, deliveryOf, endedAnswer, resultComes } from "./answer.ts";
import { reportFromElsewhere } from "./elsewhere.ts";
import { handleOnPort } from "./handle-on-port.ts";
import { wholeMessage } from "./input.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { defineTool, type ToolAnswer, type ToolContext } from "./tool.ts";
import { waitForReport } from "./wait-for-report.ts";

const fields = z.strictObject({
  handle_id: z.string().min(1).optional().describe("Handle id or alias (h7)."),
  port: z.int().min(1).max(65_535).optional().describe("Instead: the command that listens on this TCP port."),
  wait_result_ms: z.int().min(0).optional().describe("Wait this long for the final result and answer with it."),
  timed_out: z.boolean().default(false).describe("Record the end as a timeout instead of a cancel."),
  reason: z.string().max(1_000).optional().describe("For whoever reads the result."),
});

const input = fields.superRefine(({ handle_id: id, port }, context) => {
  if (id === undefined && port === undefined) {
    context.addIssue(wholeMessage("give handle_id or port: what is to be stopped", ["handle_id"], "missing_parameter"));
  } else if (id !== undefined && port !== undefined) {
    context.addIssue(wholeMessage("handle_id and port are both given: leave one out", ["port"]));
  }
});

type CancelInput = z.output<typeof input>;

export const cancelHandle = defineTool({
  name: "cancel_handle",
  description:
    "Stop a command and every process it started. Answers at once, or with the final result when wait_result_ms is given. " +
    "For a command that has ended it answers with its result. By port it stops only a command of this session.",
  input,
  run: async (asked, context) => {
    const { handle_id: id = "", port } = asked;
    if (port !== undefined) return cancelHere(await handleOnPort(context.session, port), asked, context);
    const found = await resolveHandle(context.session, id);
    if (found.where === "here") return cancelHere(found.handle, asked, context);
    const { session, call } = context;
    const { record } = found;
    let report = found.where === "ended" ? found.report : null;
    let cancelled = false;
    if (report === null) {
      const wish = { ...causeOf(asked) };
      cancelled = await session.parts.ledger.cancel({ handleId: record.handleId, wish });
      if (asked.wait_result_ms !== undefined)
        report = await reportFromElsewhere(session, record, { call, ms: asked.wait_result_ms });
    }
    const base = { handleId: record.handleId, number: record.alias, cancelled, session };
    if (report === null) return call.cancelled === null ? answer(base, null) : givenUp(base);
    const claimId = await claimFor(session, record.handleId);
    const claim = claimId === undefined ? {} : { claimId };
    return answer(base, endedAnswer(report, { ...claim, alias: record.alias, artifacts: record.artifacts }));
  },
});

async function cancelHere(handle: Handle, asked: CancelInput, { session, call }: ToolContext): Promise<ToolAnswer> {
  const { ladders } = session.parts;
  const ms = asked.wait_result_ms ?? 0;
  // Registered before the stop is asked for, so that its own result cannot slip into the inbox first.
  const waiting = asked.wait_result_ms === undefined ? null : waitForReport(handle, { session, call, ms });
  const cancelled = handle.requestStop(causeOf(asked), ladders.cancel);
  const base = { handleId: handle.id, number: handle.alias, cancelled, session };
  const waited = await waiting;
  if (waited?.ended === true) return answer(base, endedAnswer(waited.carried.report, deliveryOf(waited.carried)));
  if (waited?.because === "cancelled") return givenUp(base);
  const running = answer(base, null);
  // Right after the signal there is nothing to see; who still runs when the wait is over may be stuck.
  if (ms === 0) return running;
  const activity = activityToWire(await handle.activity(session.parts.clock));
  return { ...running, data: { ...running.data, activity } };
}

function causeOf({ timed_out: timedOut, reason }: CancelInput): Cause {
  return { kind: timedOut ? "timeout" : "cancel", by: "agent", reason: reason ?? null };
}

interface Base {
  readonly handleId: string;
  readonly number: number;
  readonly cancelled: boolean;
  readonly session: Session;
}

/** Only the wait for the result: what was asked to end ends. Whether it was asked here for the first time is not news any more. */
function givenUp(base: Base): ToolAnswer {
  const { data, ...rest } = answer(base, null);
  return { ...rest, data: { ...data, stopping: true }, givenUp: `${alias(base.number)} is being stopped` };
}

function answer({ handleId, number, cancelled, session }: Base, result: ToolAnswer | null): ToolAnswer {
  const name = alias(number);
  const state = cancelled ? `stopping ${name}` : `${name} was being stopped already`;
  return {
    status: result?.status ?? (cancelled ? "stopping" : "running"),
    data: { handle_id: handleId, alias: name, cancelled, ...(result === null ? {} : { result: result.data }) },
    text: result?.text ?? `[${state} · ${resultComes(name, session.parts.settings.injectsInbox)}]`,
    ...(result === null ? {} : deliveryOf(result)),
  };
}
