/** The end of everything that runs in a session that is being closed: the reports are what the close returns, and that is their delivery. */
import { newId } from "../base/ids.ts";
import type { Handle } from "../handle/handle.ts";
import type { Report } from "../handle/report.ts";
import type { Supervisor } from "../handle/supervisor.ts";
import type { Ledger, MessageRecord, Reader } from "../ledger/ledger.ts";

/** What it needs of its session. */
export interface ClosingSession {
  readonly reader: Reader;
  readonly parts: { readonly supervisor: Supervisor; readonly ledger: Ledger };
}

export class LastReports {
  readonly #session: ClosingSession;
  readonly #carried: readonly { readonly handle: Handle; readonly claimId: string; withdraw(): void }[];

  /** From now on the reports of what runs in the session are the close's. */
  constructor(session: ClosingSession) {
    this.#session = session;
    const handles = session.parts.supervisor.live(session.reader.sessionId);
    this.#carried = handles.map((handle) => ({ handle, ...handle.expectAnswer(newId("claim")) }));
  }

  /** Stops it all. After those that nobody has read yet. */
  async collect(): Promise<Report[]> {
    const { reader, parts } = this.#session;
    const handles = this.#carried.map(({ handle }) => handle);
    const stopped = await parts.supervisor.stopAll(handles, { kind: "session_close", by: "longhand", reason: null });
    const unrecorded = await Promise.all(parts.supervisor.unrecorded(reader.sessionId));
    const unread = await this.#undelivered();
    const before = unread.filter(({ kind }) => kind === "tool_result").map(({ body }) => body as unknown as Report);
    const all = [...before, ...unrecorded, ...stopped];
    return [...new Map(all.map((report) => [report.handleId, report])).values()];
  }

  /** The close has failed, and returns nothing: whoever reads the session now finds them in the inbox. */
  giveBack(): void {
    const { reader, parts } = this.#session;
    for (const { handle, claimId, withdraw } of this.#carried) {
      withdraw();
      if (handle.carriedBy !== claimId) continue;
      // A store that fails has them at the next attach.
      void handle.committed.then(() => parts.ledger.release({ ...reader, claimId })).catch(() => false);
    }
  }

  /** What was claimed and never acknowledged, and what nobody has claimed. */
  async #undelivered(): Promise<MessageRecord[]> {
    const { reader, parts } = this.#session;
    const all = { ...reader, claimId: newId("claim"), tag: "", maxMessages: 1, maxBytes: 1 };
    const claim = await parts.ledger.claim(all);
    const rest = await parts.ledger.unread({ sessionId: reader.sessionId, limit: Number.MAX_SAFE_INTEGER });
    return [...(claim?.messages ?? []), ...rest];
  }
}
