/** The inbox for one conversation: what of it is given to a model, when it is written down, and when it is acknowledged. Knows no framework. */
import type { AgentInbox } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";

/** Writes a mail where it outlives the process. */
export type SaveMail = (mail: Mail) => Promise<void> | void;

export interface MailDeliveryOptions {
  /** Of one mail. */
  readonly maxTokens: number;
  /** Before the model sees it; acknowledged when it has resolved. Without it: acknowledged when the model has answered. */
  readonly save?: SaveMail | undefined;
}

/** Of one conversation, for its steps one after the other. */
export class MailDelivery {
  readonly #inbox: AgentInbox;
  readonly #options: MailDeliveryOptions;
  #unanswered: Mail | null = null;
  /** Its acknowledgement may have failed: it is not written again. */
  #savedId: string | null = null;

  constructor(inbox: AgentInbox, options: MailDeliveryOptions) {
    this.#inbox = inbox;
    this.#options = options;
  }

  /** In front of a model that has not answered yet. */
  get unanswered(): Mail | null {
    return this.#unanswered;
  }

  /** The next mail that the conversation lacks, or null. One that `stands` there from before is acknowledged, and not given again. */
  async next(stands: (mail: Mail) => Promise<boolean> | boolean): Promise<Mail | null> {
    for (;;) {
      const mail = await this.#inbox.claim({ maxTokens: this.#options.maxTokens });
      // Settled by somebody else, or given up: no answer of a later step is one to it.
      if (mail?.id !== this.#unanswered?.id) this.#unanswered = null;
      // What is claimed for the first time stands nowhere, whatever words are there.
      if (mail === null || !mail.redelivered || !(await stands(mail))) return mail;
      await mail.ack();
      this.#unanswered = null;
    }
  }

  /** The model gets it now. Rejects when it could not be saved or acknowledged: then `next` has it again. */
  async give(mail: Mail): Promise<void> {
    const { save } = this.#options;
    if (save === undefined) {
      this.#unanswered = mail;
      return;
    }
    if (this.#savedId !== mail.id) await save(mail);
    this.#savedId = mail.id;
    await mail.ack();
  }

  /** The model has answered what it was given. */
  async answered(): Promise<void> {
    await this.#unanswered?.ack();
    this.#unanswered = null;
  }
}
