/** When a mail is put before OpenAI's model, how long it stays there, and when it is acknowledged. */
import type { AgentInputItem } from "@openai/agents";
import type { AgentInbox } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";
import { ModelInput, type PlacedMail } from "./openai-input.ts";

export interface DeliveryOptions {
  readonly maxTokens: number;
  /** Writes it where it outlives the process. Without it a mail is acknowledged when the model has answered. */
  readonly keep: ((mail: Mail) => Promise<void>) | null;
}

/** Of one conversation. */
export class Delivery {
  readonly #inbox: AgentInbox;
  readonly #options: DeliveryOptions;
  /** As long as the history grows, all that it lacks: a few KB each. */
  #placed: PlacedMail[] = [];
  /** In front of a model that has not answered yet. */
  #unanswered: { readonly mail: Mail; readonly input: ModelInput } | null = null;
  /** Its acknowledgement may have failed: it is not written again. */
  #keptId: string | null = null;

  constructor(inbox: AgentInbox, options: DeliveryOptions) {
    this.#inbox = inbox;
    this.#options = options;
  }

  /** What the model gets for what the SDK would give it. Rejects when the mail cannot be kept: it comes again. */
  async input(items: readonly AgentInputItem[]): Promise<AgentInputItem[]> {
    const input = new ModelInput(items);
    if (this.#unanswered !== null && input.isAnswerTo(this.#unanswered.input)) await this.#acknowledge();
    const mail = await this.#claim(input);
    this.#placed = this.#placed.filter((place) => input.places(place));
    if (mail !== null) await this.#place(mail, input);
    return input.with(this.#placed);
  }

  /** A history of this conversation, with the mail that it lacks. */
  withMail(items: readonly AgentInputItem[]): AgentInputItem[] {
    const input = new ModelInput(items);
    return input.with(this.#placed.filter((place) => input.places(place)));
  }

  /** The run has ended with an answer. Bound, so that it is the same listener each time. */
  readonly onAnswer = (): void => {
    this.#placed = this.#placed.map((place) => ({ ...place, isAnswered: true }));
    // With a store that fails now it comes again; the history may lack it.
    void this.#acknowledge().catch(() => null);
  };

  /** It was put before the model, and is not written into the history by anybody else. */
  has(item: AgentInputItem): boolean {
    const input = new ModelInput([item]);
    return this.#placed.some(({ text }) => input.says(text));
  }

  async #claim(input: ModelInput): Promise<Mail | null> {
    for (;;) {
      const mail = await this.#inbox.claim({ maxTokens: this.#options.maxTokens });
      if (mail === null || !input.says(mail.text)) return mail;
      // It was written, and a crash came before it was acknowledged.
      await mail.ack();
    }
  }

  async #place(mail: Mail, input: ModelInput): Promise<void> {
    const { keep } = this.#options;
    if (keep !== null && this.#keptId !== mail.id) await keep(mail);
    this.#keptId = mail.id;
    if (!this.#placed.some(({ id }) => id === mail.id)) {
      this.#placed.push({ id: mail.id, text: mail.text, anchor: input.end, isAnswered: false });
    }
    if (keep === null) this.#unanswered = { mail, input };
    else await mail.ack();
  }

  async #acknowledge(): Promise<void> {
    const { mail } = this.#unanswered ?? {};
    this.#unanswered = null;
    await mail?.ack();
  }
}
