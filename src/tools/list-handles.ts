/** `list_handles`: what runs in this session and, on request, what has ended. */
import { z } from "zod";
import { activitiesOf } from "../handle/activities.ts";
import type { HandleActivity } from "../handle/activity-observer.ts";
import { activityFacts } from "../handle/activity-words.ts";
import { duration, plain } from "../handle/plain.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import type { Session } from "../session/session.ts";
import { activityToWire } from "./activity-wire.ts";
import { checkSession } from "./session-field.ts";
import { defineTool } from "./tool.ts";
import { recordToWire } from "./wire.ts";

export const listHandles = defineTool({
  name: "list_handles",
  description: 'List the commands of this session, newest first: the running ones, or all with state "any".',
  input: z.strictObject({
    state: z.enum(["running", "ended", "any"]).default("running"),
    limit: z.int().min(1).max(1_000).default(100),
    session_id: z.string().optional(),
  }),
  run: async (input, { session }) => {
    checkSession(session, input.session_id);
    const state = input.state === "any" ? null : input.state;
    const records = await session.parts.ledger.list({ sessionId: session.id, state, limit: input.limit });
    const activities = await lookAt(records, session);
    const handles = records.map((record) => {
      const activity = activities.get(record.handleId);
      return { ...recordToWire(record), ...(activity === undefined ? {} : { activity: activityToWire(activity) }) };
    });
    const now = session.parts.clock.now();
    const lines = records.map((record) => line(record, activities.get(record.handleId), now));
    return {
      status: "ok",
      data: { handles },
      text: lines.length === 0 ? none(input.state) : lines.join("\n"),
    };
  },
});

/** What those that run in this process are doing. */
function lookAt(records: readonly HandleRecord[], { parts }: Session): Promise<ReadonlyMap<string, HandleActivity>> {
  const handles = records
    .filter(({ report }) => report === null)
    .map(({ handleId }) => parts.supervisor.get(handleId))
    .filter((handle) => handle !== undefined);
  return activitiesOf(handles, parts.clock);
}

function line(record: HandleRecord, activity: HandleActivity | undefined, now: number): string {
  const wire = recordToWire(record);
  const age = duration((record.endedAt ?? now) - record.createdAt);
  const exit = wire["signal"] ?? (wire["exit_code"] === null ? null : `exit ${wire["exit_code"]}`);
  const state = `${wire["status"]}${exit === null ? "" : ` ${exit}`}`;
  const facts = [`h${record.alias}`, state, age, ...activityFacts(activity)];
  return `[${facts.join(" · ")}] ${plain(record.label ?? String(wire["command_or_op_descriptor"]))}`;
}

function none(state: string): string {
  if (state === "running") return '[nothing is running; state "any" lists what has ended too]';
  return state === "ended" ? "[nothing has ended yet]" : "[no commands yet]";
}
