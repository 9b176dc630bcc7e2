/**
 * Answers that carry a report: delivered when the session's next request comes in, since a client that asks on has read what it was
 * told. Of a connection that ends before that, the reports are in the inbox again.
 */
import type { ToolResult } from "../session/tool-result.ts";
import { within } from "./within.ts";

type Delivery = Pick<ToolResult, "received" | "lost">;

/** A store that does not answer must not hold up a cancel: the request goes on, and the acknowledgement follows. */
const patienceMs = 250;

export class Deliveries {
  /** By session; true once the operating system has the answer. */
  readonly #open = new Map<string, Map<Delivery, boolean>>();
  readonly #acknowledging = new Map<string, Promise<void>>();

  /** An answer is about to be sent. Call what this returns when it was. */
  expect(sessionId: string, { received, lost }: ToolResult): () => void {
    const ofSession = this.#open.get(sessionId) ?? new Map<Delivery, boolean>();
    this.#open.set(sessionId, ofSession);
    // Without the answer itself: its text may be large and is not needed any more.
    const delivery: Delivery = { received, lost };
    ofSession.set(delivery, false);
    return () => {
      if (ofSession.has(delivery)) ofSession.set(delivery, true);
    };
  }

  /** A request of this session came in. Resolves when the reports of the answers before it count as delivered. */
  acknowledge(sessionId: string): Promise<void> {
    const ofSession = this.#open.get(sessionId);
    const sent = [...(ofSession ?? [])].filter(([, wasSent]) => wasSent).map(([delivery]) => delivery);
    for (const delivery of sent) ofSession?.delete(delivery);
    if (ofSession?.size === 0) this.#open.delete(sessionId);
    const before = this.#acknowledging.get(sessionId);
    if (sent.length === 0) return before ?? Promise.resolve();
    const acked = Promise.all([before, ...sent.map((delivery) => delivery.received())]);
    const done = within(patienceMs, acked).then(() => {
      if (this.#acknowledging.get(sessionId) === done) this.#acknowledging.delete(sessionId);
    });
    this.#acknowledging.set(sessionId, done);
    return done;
  }

  /** The connection is over: what nobody confirmed is delivered again. */
  async lost(): Promise<void> {
    const open = [...this.#open.values()].flatMap((ofSession) => [...ofSession.keys()]);
    this.#open.clear();
    const settled = Promise.all([...this.#acknowledging.values(), ...open.map((delivery) => delivery.lost())]);
    await within(patienceMs, settled);
  }
}
