/**
 * Answers that carry a report: delivered when the session's next request comes in, since a client that asks on has read what it was
 * told; of a client that confirms each answer, when it has. Of a connection that ends before that, the reports are in the inbox again.
 */

import type { RequestId } from "../rpc/message.ts";
import type { ToolResult } from "../session/tool-result.ts";
import { nothingToSettle } from "../tools/deliver.ts";
import { within } from "./within.ts";

type Delivery = Pick<ToolResult, "received" | "lost">;

/** A store that does not answer must not hold up a cancel: the request goes on, and the acknowledgement follows. */
const patienceMs = 250;

/** Answers that wait for their confirmation. A client that declared receipts and sends none must not cost more than that. */
const maxConfirmable = 10_000;

export class Deliveries {
  /** By session; true once the operating system has the answer. */
  readonly #open = new Map<string, Map<Delivery, boolean>>();
  /** Those that the client confirms, by the id of their request. */
  readonly #confirmable = new Map<RequestId, { readonly sessionId: string; readonly delivery: Delivery }>();
  readonly #acknowledging = new Map<string, Promise<void>>();

  /** An answer is about to be sent. Call what this returns when it was. With the id of its request it waits for `received`. */
  expect(sessionId: string, { received, lost }: ToolResult, confirmedBy: RequestId = null): () => void {
    // An id that is used again: its first answer came.
    if (confirmedBy !== null) this.received(confirmedBy);
    if (received === nothingToSettle) return () => {};
    // Without the answer itself: its text may be large and is not needed any more.
    const delivery: Delivery = { received, lost };
    if (confirmedBy !== null) {
      this.#confirmable.set(confirmedBy, { sessionId, delivery });
      this.#forgetOldest();
      return () => {};
    }
    const ofSession = this.#open.get(sessionId) ?? new Map<Delivery, boolean>();
    this.#open.set(sessionId, ofSession);
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
    if (sent.length === 0) return this.#acknowledging.get(sessionId) ?? Promise.resolve();
    return this.#settle(sessionId, sent);
  }

  /** The client has the answer to this request. Nothing happens when no report waits for that. */
  received(id: RequestId): void {
    const expected = this.#confirmable.get(id);
    if (expected === undefined) return;
    this.#confirmable.delete(id);
    void this.#settle(expected.sessionId, [expected.delivery]);
  }

  /** Its report is in the inbox again, and a confirmation that comes after all confirms nothing. */
  #forgetOldest(): void {
    if (this.#confirmable.size <= maxConfirmable) return;
    const [oldest] = this.#confirmable;
    if (oldest === undefined) return;
    this.#confirmable.delete(oldest[0]);
    void oldest[1].delivery.lost();
  }

  #settle(sessionId: string, deliveries: readonly Delivery[]): Promise<void> {
    const before = this.#acknowledging.get(sessionId);
    const acked = Promise.all([before, ...deliveries.map((delivery) => delivery.received())]);
    const done = within(patienceMs, acked).then(() => {
      if (this.#acknowledging.get(sessionId) === done) this.#acknowledging.delete(sessionId);
    });
    this.#acknowledging.set(sessionId, done);
    return done;
  }

  /** The connection is over: what nobody confirmed is delivered again. */
  async lost(): Promise<void> {
    const confirmable = [...this.#confirmable.values()].map(({ delivery }) => delivery);
    const open = [...[...this.#open.values()].flatMap((ofSession) => [...ofSession.keys()]), ...confirmable];
    this.#open.clear();
    this.#confirmable.clear();
    const settled = Promise.all([...this.#acknowledging.values(), ...open.map((delivery) => delivery.lost())]);
    await within(patienceMs, settled);
  }
}
