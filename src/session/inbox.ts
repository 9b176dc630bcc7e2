/** The session's deliveries to the agent: claimed, then acknowledged once they are durably in its transcript. */
import type { Clock, Timer } from "../base/clock.ts";
import { newId, newTag } from "../base/ids.ts";
import type { ClaimRecord, Ledger, MessageRecord, Pending, Reader } from "../ledger/ledger.ts";
import { renderMail } from "./mail-text.ts";

export interface ClaimOptions {
  /** Default 50. */
  readonly maxMessages?: number;
  /** Bound of the text in bytes of UTF-8, default 16,384. */
  readonly maxBytes?: number;
  /** The same bound in tokens, at 4 bytes each. `maxBytes` wins. */
  readonly maxTokens?: number;
}

/** What was claimed. Until `ack` or `release` the next claim returns the very same, also after a crash. */
export interface Mail {
  /** Pass it as `lastClaim` when the session is opened again after a crash. */
  readonly id: string;
  /** For the model: events that are not from the user, with what commands printed in fences. */
  readonly text: string;
  readonly messages: readonly MessageRecord[];
  /** It was claimed before and never acknowledged. */
  readonly redelivered: boolean;
  /** Durably in the transcript: not delivered again. False when the claim is not outstanding any more. */
  ack(): Promise<boolean>;
  /** Not used: the messages are unread again. */
  release(): Promise<boolean>;
}

const defaultMaxMessages = 50;
const defaultMaxBytes = 16_384;
const bytesPerToken = 4;
/** How stale `pending` may be: a store that takes thousands of messages a second is asked twenty times. */
const freshMs = 50;

export class Inbox {
  readonly #ledger: Ledger;
  readonly #reader: Reader;
  #pending: Pending = { messages: 0, terminal: 0, claimed: 0 };

  constructor(ledger: Ledger, reader: Reader) {
    this.#ledger = ledger;
    this.#reader = reader;
  }

  /** Unread messages a moment ago, progress included. A hint: `claim` tells. */
  get pending(): number {
    return this.#pending.messages;
  }

  /** @internal Keeps `pending` up to date until disposed. */
  follow(clock: Clock): Disposable {
    let timer: Timer | null = null;
    const look = (): void => {
      timer = null;
      // A store that cannot be asked now hints again later.
      void this.refresh().catch(() => null);
    };
    const subscription = this.#ledger.onWake(`inbox:${this.#reader.sessionId}`, () => {
      timer ??= clock.after(freshMs, look, { idle: true });
    });
    return {
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        timer?.cancel();
      },
    };
  }

  async refresh(): Promise<Pending> {
    this.#pending = await this.#ledger.pending({ sessionId: this.#reader.sessionId });
    return this.#pending;
  }

  /**
   * Calls `wake` whenever a result or a notice lies unread, and soon after the call when one does already: an idle agent can be
   * woken. Progress alone wakes nobody.
   */
  onReady(wake: () => void): Disposable {
    let disposed = false;
    const look = async (first: boolean): Promise<void> => {
      const pending = await this.refresh().catch(() => this.#pending);
      if (disposed || (pending.terminal === 0 && !(first && pending.claimed > 0))) return;
      try {
        wake();
      } catch {
        // A fault of the one who is woken is not the inbox's: it wakes again next time.
      }
    };
    const subscription = this.#ledger.onWake(`inbox:${this.#reader.sessionId}`, () => void look(false));
    void look(true);
    return {
      [Symbol.dispose]: () => {
        disposed = true;
        subscription[Symbol.dispose]();
      },
    };
  }

  /** The outstanding claim again, else the next messages; null when there is nothing. `conflict` when another reader attached. */
  async claim(options: ClaimOptions = {}): Promise<Mail | null> {
    const { maxMessages = defaultMaxMessages } = options;
    const maxBytes =
      options.maxBytes ?? (options.maxTokens === undefined ? defaultMaxBytes : options.maxTokens * bytesPerToken);
    const claim = await this.#ledger.claim({
      ...this.#reader,
      claimId: newId("claim"),
      tag: newTag(),
      maxMessages,
      maxBytes,
    });
    await this.refresh();
    return claim === null ? null : this.#mail(claim);
  }

  /** Free read of what lies unread; claims nothing. */
  unread(limit = defaultMaxMessages): Promise<readonly MessageRecord[]> {
    return this.#ledger.unread({ sessionId: this.#reader.sessionId, limit });
  }

  /** By id, for callers across a socket. */
  async ack(claimId: string): Promise<boolean> {
    const acked = await this.#ledger.ack({ ...this.#reader, claimId, durable: true });
    await this.refresh();
    return acked;
  }

  async release(claimId: string): Promise<boolean> {
    const released = await this.#ledger.release({ ...this.#reader, claimId });
    await this.refresh();
    return released;
  }

  #mail(claim: ClaimRecord): Mail {
    return {
      id: claim.claimId,
      text: renderMail(claim.messages, claim),
      messages: claim.messages,
      redelivered: claim.repeated,
      ack: () => this.ack(claim.claimId),
      release: () => this.release(claim.claimId),
    };
  }
}
