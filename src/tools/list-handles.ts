/** `list_handles`: what runs in this session and, on request, what has ended. */
import { z } from "zod";
import type { JsonObject } from "../base/json.ts";
import { activitiesOf } from "../handle/activities.ts";
import type { HandleActivity } from "../handle/activity-observer.ts";
import { activityFacts } from "../handle/activity-words.ts";
import { progressFacts } from "../handle/headline.ts";
import { duration, plain } from "../handle/plain.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import type { Session } from "../session/session.ts";
import { activityToWire } from "./activity-wire.ts";
import { checkSession, sessionField } from "./session-field.ts";
import { defineTool } from "./tool.ts";
import { recordToWire } from "./wire.ts";

export const listHandles = defineTool({
  name: "list_handles",
  description: 'List the commands of this session, newest first: the running ones, or all with state "any".',
  input: z.strictObject({
    state: z.enum(["running", "ended", "any"]).default("running").describe("Which of them."),
    limit: z.int().min(1).max(1_000).default(100).describe("The newest ones."),
    session_id: sessionField,
  }),
  run: async (input, { session }) => {
    checkSession(session, input.session_id);
    const state = input.state === "any" ? null : input.state;
    const records = await session.parts.ledger.list({ sessionId: session.id, state, limit: input.limit });
    const activities = await lookAt(records, session);
    const looks = records.map((record) => ({
      record,
      activity: activities.get(record.handleId),
      progress: progressOf(record, session),
    }));
    const handles = looks.map(({ record, activity, progress }) => ({
      ...recordToWire(record),
      ...(activity === undefined ? {} : { activity: activityToWire(activity) }),
      ...(progress === null ? {} : { progress }),
    }));
    const now = session.parts.clock.now();
    const lines = looks.map((look) => line(look, now));
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

/** How far an operation is that runs in this process. */
function progressOf({ report, handleId }: HandleRecord, { parts }: Session): JsonObject | null {
  return report === null ? (parts.supervisor.get(handleId)?.progress ?? null) : null;
}

interface Look {
  readonly record: HandleRecord;
  readonly activity: HandleActivity | undefined;
  readonly progress: JsonObject | null;
}

function line({ record, activity, progress }: Look, now: number): string {
  const wire = recordToWire(record);
  const age = duration((record.endedAt ?? now) - record.createdAt);
  const exit = wire["signal"] ?? (wire["exit_code"] === null ? null : `exit ${wire["exit_code"]}`);
  const state = `${wire["status"]}${exit === null ? "" : ` ${exit}`}`;
  const facts = [`h${record.alias}`, state, age, ...progressFacts(progress), ...activityFacts(activity)];
  const label = record.label === null ? "" : `${plain(record.label, 40)}: `;
  return `[${facts.join(" · ")}] ${label}${plain(String(wire["command_or_op_descriptor"]))}`;
}

function none(state: string): string {
  if (state === "running") return '[nothing is running; state "any" lists what has ended too]';
  return state === "ended" ? "[nothing has ended yet]" : "[no commands yet]";
}
