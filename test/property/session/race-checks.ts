/** What has to be true of calls that raced their cancels, whatever the order was. */
import { expect } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Report } from "../../../src/handle/report.ts";
import type { MessageRecord } from "../../../src/ledger/ledger.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import type { Played, World } from "./race-world.ts";

/** The report in an answer; null when the answer has none. */
function reportIn(result: ToolResult | null): JsonObject | null {
  const data = (result?.data["result"] ?? result?.data) as JsonObject | undefined;
  return data?.["completed"] === true ? data : null;
}

export async function checkCall({ call, answer, plan, callId }: Played, { askers, closed }: World): Promise<void> {
  const result = await answer;
  const winner = call?.cancelled ?? null;
  const asker = askers.find(({ by }) => by === winner?.by);
  if (asker !== undefined) {
    expect([plan.named, asker.callId]).toEqual([true, callId]);
    expect(asker.readerEpoch).toBeGreaterThanOrEqual(call?.readerEpoch ?? 0);
    expect(["cancelled", "timeout"]).toContain(await asker.status);
  }
  if (winner?.by === "longhand") {
    expect(closed.some(({ readerEpoch }) => readerEpoch >= (call?.readerEpoch ?? 0))).toBe(true);
  }
  if (result?.status === "cancelled") {
    expect(winner).not.toBeNull();
    expect(result.data["cancelled"]).toEqual({ by: winner?.by, reason: winner?.reason });
  }
}

/** Who is told that it was he has cancelled one call, and nobody else has. */
export async function checkAskers({ askers, played }: World): Promise<void> {
  for (const { by, status } of askers) {
    const won = played.filter(({ call }) => call?.cancelled?.by === by).length;
    expect(won).toBeLessThanOrEqual(1);
    if ((await status) === "cancelled") expect(won).toBe(1);
    if (["not_found", "already_cancelled"].includes(await status)) expect(won).toBe(0);
  }
}

export function checkReminders({ askers, played }: World, unread: readonly MessageRecord[]): void {
  for (const callId of new Set(played.map((one) => one.callId))) {
    const reminders = unread.filter((message) => message.kind === "notice" && message.callId === callId);
    const winners = played.filter((one) => one.callId === callId).map(({ call }) => call?.cancelled?.by);
    const wanted = askers.filter(({ by, injectReminder }) => injectReminder && winners.includes(by));
    expect(reminders.length).toBe(wanted.length);
  }
}

export async function checkReports(
  answers: readonly (ToolResult | null)[],
  unread: readonly MessageRecord[],
  world: World,
) {
  const { engine, readers, played, closed } = world;
  const reports = await Promise.all(closed.map((one) => one.reports));
  const returned = new Set(reports.flatMap((all) => all ?? []).map(({ handleId }) => handleId));
  const isClosed = reports.some((all) => all !== null);
  for (const handle of await engine.ledger.list({ sessionId: String(readers[0]?.id), state: null, limit: 50 })) {
    expect(handle.state).toBe("ended");
    await checkCause(handle, world);
    const carriers = played.filter((_, index) => reportIn(answers[index] ?? null)?.["handle_id"] === handle.handleId);
    const inInbox = unread.filter((message) => message.handleId === handle.handleId).map(({ kind }) => kind);
    if (isClosed) expect([carriers.length > 0, returned.has(handle.handleId)]).toContain(true);
    else if (carriers.length === 0) expect(inInbox).toEqual(["tool_result"]);
    // What was carried to a reader that another one has followed meanwhile is told once more.
    else if (readers.length === 1) expect(inInbox).toEqual([]);
    else expect(inInbox.length).toBeLessThanOrEqual(1);
  }
}

/** What was cancelled was stopped for its own call, and for no other reason. */
async function checkCause(handle: { readonly callId: string | null; readonly report: unknown }, world: World) {
  const { endedBy } = handle.report as Report;
  if (endedBy.kind !== "cancel") return;
  const owners = world.played.filter(({ call }) => call?.tool === "run_command" && call.id === handle.callId);
  const owner = owners.find(({ seen }) => seen?.by === endedBy.by && seen.reason === endedBy.reason);
  expect(owner).toBeDefined();
  expect((await owner?.answer)?.status).toBe("cancelled");
}
