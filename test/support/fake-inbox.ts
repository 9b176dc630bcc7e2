/** An inbox that holds these mails, one for each claim, and whose acknowledgements fail as often as it is told. */
import type { AgentInbox } from "../../src/session/agent-session.ts";
import type { ClaimOptions, Mail } from "../../src/session/inbox.ts";

export interface FakeInbox extends AgentInbox {
  /** Ids, in order. */
  readonly acked: readonly string[];
  readonly claims: readonly ClaimOptions[];
  /** How many of the next acknowledgements reject with "the store is busy". */
  failures: number;
}

/** Each text is its mail's id, too. */
export function fakeInbox(...texts: readonly string[]): FakeInbox {
  const unread = [...texts];
  const acked: string[] = [];
  const claims: ClaimOptions[] = [];
  const told = new Set<string>();
  const inbox: FakeInbox = {
    acked,
    claims,
    failures: 0,
    get pending() {
      return unread.length;
    },
    onReady: () => ({ [Symbol.dispose]: () => undefined }),
    async claim(options = {}): Promise<Mail | null> {
      claims.push(options);
      const [id] = unread;
      if (id === undefined) return null;
      const redelivered = told.has(id);
      told.add(id);
      return { id, text: id, messages: [], redelivered, ack: () => inbox.ack(id), release: () => inbox.release(id) };
    },
    async ack(id) {
      if (inbox.failures > 0) {
        inbox.failures -= 1;
        throw new Error("the store is busy");
      }
      if (unread[0] !== id) return false;
      acked.push(id);
      unread.shift();
      return true;
    },
    release: async (id) => told.delete(id),
  };
  return inbox;
}
