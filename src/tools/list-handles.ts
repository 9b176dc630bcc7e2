/** `list_handles`: what runs in this session and, on request, what has ended. */
import { z } from "zod";
import { duration, plain } from "../handle/plain.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
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
    const handles = records.map((record) => recordToWire(record));
    const now = session.parts.clock.now();
    const lines = records.map((record) => line(record, now));
    return {
      status: "ok",
      data: { handles },
      text: lines.length === 0 ? none(input.state) : lines.join("\n"),
    };
  },
});

function line(record: HandleRecord, now: number): string {
  const wire = recordToWire(record);
  const age = duration((record.endedAt ?? now) - record.createdAt);
  const exit = wire["signal"] ?? (wire["exit_code"] === null ? null : `exit ${wire["exit_code"]}`);
  return `[h${record.alias} · ${wire["status"]}${exit === null ? "" : ` ${exit}`} · ${age}] ${plain(record.label ?? String(wire["command_or_op_descriptor"]))}`;
}

function none(state: string): string {
  if (state === "running") return '[nothing is running; state "any" lists what has ended too]';
  return state === "ended" ? "[nothing has ended yet]" : "[no commands yet]";
}
