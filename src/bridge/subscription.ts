/** Tells a client that something lies unread in an inbox. A hint, once per message that became unread: `inbox/claim` delivers. */
import type { Session } from "../session/session.ts";

export interface UnreadHint {
  readonly sequence: number;
  readonly kind: string;
  /** Unread messages, progress included. */
  readonly pending: number;
}

/** Messages looked at together: a client that has not claimed these knows enough. */
const lookahead = 50;

export class InboxSubscription implements Disposable {
  readonly #session: Session;
  readonly #tell: (hint: UnreadHint) => void;
  readonly #wakes: Disposable;
  /** What was unread at the last look: a message that is released is news again. */
  #known: ReadonlySet<number> = new Set();
  #looking: Promise<void> | null = null;
  #again = false;
  #disposed = false;

  constructor(session: Session, tell: (hint: UnreadHint) => void) {
    this.#session = session;
    this.#tell = tell;
    this.#wakes = session.inbox.onReady(() => this.look());
  }

  /** Looks now, or once more after the look that is under way. */
  look(): void {
    this.#again = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = null;
    });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#wakes[Symbol.dispose]();
  }

  async #lookAll(): Promise<void> {
    while (this.#again && !this.#disposed) {
      this.#again = false;
      // A store that does not answer now: the next hint looks again.
      const messages = await this.#session.inbox.unread(lookahead).catch(() => []);
      if (this.#disposed) return;
      const unread = messages.filter(({ kind }) => kind !== "tool_progress");
      const { pending } = this.#session.inbox;
      for (const { sequence, kind } of unread) if (!this.#known.has(sequence)) this.#tell({ sequence, kind, pending });
      this.#known = new Set(unread.map(({ sequence }) => sequence));
    }
  }
}
