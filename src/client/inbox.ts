/** The inbox of a session on the other side: claimed and acknowledged there, its hints known here. */
import { isRecord } from "../base/json.ts";
import type { AgentInbox } from "../session/agent-session.ts";
import type { ClaimOptions, Mail } from "../session/inbox.ts";
import { understood } from "./understood.ts";

/** A request of the session that may be asked again on another connection. */
export type AskSession = (method: string, params?: object) => Promise<unknown>;

/** As in the library: what a token is counted as. */
const bytesPerToken = 4;
/** What the bridge takes; a message is delivered even when it alone is longer. */
const bounds = { messages: 1_000, leastBytes: 1_024, mostBytes: 1_048_576 };

/** The bridge refuses what is no id of a claim; in the process of the runtime it names none. */
const longestId = 200;
const mayBeClaim = (id: string): boolean => id !== "" && id.length <= longestId;

export class ClientInbox implements AgentInbox {
  readonly #ask: AskSession;
  readonly #wakes = new Set<() => void>();
  #pending = 0;
  #lastAcked: string | null = null;

  constructor(ask: AskSession) {
    this.#ask = ask;
  }

  get pending(): number {
    return this.#pending;
  }

  /** The newest claim that the caller said is in its transcript. */
  get lastAcked(): string | null {
    return this.#lastAcked;
  }

  onReady(wake: () => void): Disposable {
    const own = (): void => wake();
    this.#wakes.add(own);
    // Without a connection the next one looks.
    void this.subscribe(this.#ask, [own]).catch(() => undefined);
    return { [Symbol.dispose]: () => void this.#wakes.delete(own) };
  }

  async claim({ maxMessages, maxBytes, maxTokens }: ClaimOptions = {}): Promise<Mail | null> {
    const bytes = maxBytes ?? (maxTokens === undefined ? undefined : maxTokens * bytesPerToken);
    const answer = understood(
      await this.#ask("inbox/claim", {
        records: true,
        ...(maxMessages === undefined ? {} : { max_messages: Math.min(maxMessages, bounds.messages) }),
        ...(bytes === undefined
          ? {}
          : { max_bytes: Math.min(Math.max(Math.floor(bytes), bounds.leastBytes), bounds.mostBytes) }),
      }),
    );
    this.#look(answer);
    const { claim_id: id, text, messages, redelivered } = answer;
    if (typeof id !== "string") return null;
    return {
      id,
      text: String(text),
      messages: messages as Mail["messages"],
      redelivered: redelivered === true,
      ack: () => this.ack(id),
      release: () => this.release(id),
    };
  }

  async ack(claimId: string): Promise<boolean> {
    if (!mayBeClaim(claimId)) return false;
    this.#lastAcked = claimId;
    const answer = understood(await this.#ask("inbox/ack", { claim_id: claimId }));
    this.#look(answer);
    return answer["acked"] === true;
  }

  async release(claimId: string): Promise<boolean> {
    if (!mayBeClaim(claimId)) return false;
    const answer = understood(await this.#ask("inbox/release", { claim_id: claimId }));
    this.#look(answer);
    return answer["released"] === true;
  }

  /** Asks for hints from now on, and wakes `wakes` when something lies there already. */
  async subscribe(ask: AskSession, wakes: Iterable<() => void> = this.#wakes): Promise<void> {
    const answer = understood(await ask("inbox/subscribe"));
    this.#look(answer);
    const { unread, claimed } = answer;
    if ((typeof unread === "number" && unread > 0) || (typeof claimed === "number" && claimed > 0)) this.#wake(wakes);
  }

  /** The bridge hints that something lies unread. */
  hint(params: unknown): void {
    if (isRecord(params)) this.#look(params);
    this.#wake(this.#wakes);
  }

  #look({ pending }: Readonly<Record<string, unknown>>): void {
    if (typeof pending === "number") this.#pending = pending;
  }

  #wake(wakes: Iterable<() => void>): void {
    for (const wake of [...wakes]) {
      if (!this.#wakes.has(wake)) continue;
      try {
        wake();
      } catch {
        // A fault of the one who is woken is not the inbox's: it wakes again next time.
      }
    }
  }
}
