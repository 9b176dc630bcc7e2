/** When a mail is put before OpenAI's model, how long it stays there, and when it is acknowledged. */
import type { AgentInputItem } from "@openai/agents";
import type { AgentInbox } from "../session/agent-session.ts";
import { MailDelivery, type MailDeliveryOptions } from "./mail-delivery.ts";
import { ModelInput, type PlacedMail } from "./openai-input.ts";

/** Of one conversation. */
export class OpenaiDelivery {
  readonly #delivery: MailDelivery;
  /** As long as the history grows, all that it lacks: a few KB each. */
  #placed: PlacedMail[] = [];
  /** What the model was asked with the newest. */
  #asked = new ModelInput([]);

  constructor(inbox: AgentInbox, options: MailDeliveryOptions) {
    this.#delivery = new MailDelivery(inbox, options);
  }

  /** What the model gets for what the SDK would give it. Rejects when the mail cannot be kept: it comes again. */
  async input(items: readonly AgentInputItem[]): Promise<AgentInputItem[]> {
    const input = new ModelInput(items);
    if (input.isAnswerTo(this.#asked)) await this.#delivery.answered();
    const mail = await this.#delivery.next(({ text }) => input.says(text));
    this.#placed = this.#placed.filter((place) => input.places(place));
    if (mail !== null) {
      await this.#delivery.give(mail);
      this.#asked = input;
      if (!this.#placed.some(({ id }) => id === mail.id)) {
        this.#placed.push({ id: mail.id, text: mail.text, anchor: input.end, isAnswered: false });
      }
    }
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
    void this.#delivery.answered().catch(() => null);
  };

  /** It was put before the model, and is not written into the history by anybody else. */
  has(item: AgentInputItem): boolean {
    const input = new ModelInput([item]);
    return this.#placed.some(({ text }) => input.says(text));
  }
}
