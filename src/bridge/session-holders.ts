/** Which connection holds a session: one at a time, and the newest wins, as in the ledger. */
import type { Session } from "../session/session.ts";
import type { Client } from "./client.ts";
import type { InboxSubscription } from "./subscription.ts";

export interface HeldSession {
  readonly session: Session;
  readonly client: Client;
  /** It ends with the connection: the connection (or one that it took the session from) created it. */
  readonly endsWithConnection: boolean;
  /** Its client means to come back: it stays open when the connection ends, whatever is in it. */
  isKept: boolean;
  /** Another connection took it. */
  displaced: boolean;
  subscription: InboxSubscription | null;
}

export class SessionHolders {
  readonly #held = new Map<string, HeldSession>();

  get(sessionId: string): HeldSession | undefined {
    return this.#held.get(sessionId);
  }

  /** Takes the session over from whoever held it. */
  hold(session: Session, client: Client): HeldSession {
    const former = this.#held.get(session.id);
    if (former !== undefined) {
      former.displaced = true;
      former.subscription?.[Symbol.dispose]();
    }
    const held: HeldSession = {
      session,
      client,
      endsWithConnection: session.isNew || former?.endsWithConnection === true,
      isKept: false,
      displaced: false,
      subscription: null,
    };
    this.#held.set(session.id, held);
    return held;
  }

  release(held: HeldSession): void {
    held.subscription?.[Symbol.dispose]();
    held.subscription = null;
    if (this.#held.get(held.session.id) === held) this.#held.delete(held.session.id);
  }
}
