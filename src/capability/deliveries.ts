/**
 * The reports that host calls carry: whoever spawned a process asks for it by name, so its report is acknowledged for the session
 * that reads now, and never lies in an inbox. With one exception: what a closing session hands to its parent is news to the parent.
 */
import type { Handle } from "../handle/handle.ts";
import type { Session } from "../session/session.ts";

interface Expected {
  readonly handle: Handle;
  /** Under which the report is born. */
  readonly claimId: string;
  readonly sessionId: string;
  /** The ledger did not take the acknowledgement: another reader attached in that moment, or the session was closing. */
  failed: boolean;
}

export class Deliveries {
  /** Those of this runtime, by id: the newest reader of each. One that has left is kept as long as something is expected. */
  readonly #sessions = new Map<string, Session>();
  readonly #left = new WeakSet<Session>();
  readonly #expected = new Set<Expected>();

  /** A session was opened or attached: what its former reader could not acknowledge is acknowledged now. */
  attached(session: Session): void {
    this.#sessions.set(session.id, session);
    for (const expected of this.#of(session)) if (expected.failed) void this.#settle(expected);
  }

  /** What is under way is settled for it still. */
  left(session: Session): void {
    this.#left.add(session);
    this.#forget(session.id);
  }

  /** Final. What goes on belongs to the parent, inbox and all. */
  closed(session: Session): void {
    this.#sessions.delete(session.id);
    for (const expected of this.#of(session)) {
      expected.handle.expectAnswer(expected.claimId).withdraw();
      if (expected.failed) void this.#settle(expected);
    }
  }

  /** From its start, or from when its report was taken: whenever it is recorded under this claim it counts as delivered. */
  expect(handle: Handle, claimId: string, session: Session): void {
    const { id: sessionId } = session;
    // It has left, and is used all the same.
    if (this.#left.has(session) && !this.#sessions.has(sessionId)) this.#sessions.set(sessionId, session);
    const expected: Expected = { handle, claimId, sessionId, failed: false };
    this.#expected.add(expected);
    void handle.committed.then(() => this.#settle(expected));
  }

  #of({ id }: { readonly id: string }): Expected[] {
    return [...this.#expected].filter(({ sessionId }) => sessionId === id);
  }

  #forget(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined || !this.#left.has(session) || this.#of(session).length > 0) return;
    this.#sessions.delete(id);
  }

  /** Never rejects. */
  async #settle(expected: Expected): Promise<void> {
    const { handle, claimId, sessionId } = expected;
    const reader = this.#sessions.get(handle.owner);
    // Handed over while it ended: the parent has not asked for it, so it is the parent's to read.
    const moved = handle.owner !== sessionId;
    const settled =
      reader === undefined || handle.carriedBy !== claimId || (await (moved ? release : acknowledge)(reader, expected));
    expected.failed = !settled;
    if (!settled) return;
    this.#expected.delete(expected);
    this.#forget(sessionId);
  }
}

async function acknowledge({ parts: { ledger }, reader }: Session, { handle, claimId }: Expected): Promise<boolean> {
  try {
    if (await ledger.ack({ ...reader, claimId })) return true;
    // The claim lapsed with a former reader: the message is unread, and taken from there.
    const taken = await ledger.claimHandle({ ...reader, claimId, handleId: handle.id });
    return taken !== null && (await ledger.ack({ ...reader, claimId }));
  } catch {
    // Fenced, closed, or a store that fails: tried again at the next attach.
    return false;
  }
}

function release({ parts: { ledger }, reader }: Session, { claimId }: Expected): Promise<boolean> {
  return ledger.release({ ...reader, claimId }).catch(() => false);
}
