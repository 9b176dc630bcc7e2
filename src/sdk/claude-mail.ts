/** The inbox for one run of Claude Code, which keeps the conversation itself: what of it stands there, and what the model has answered. */
import type { AgentInbox } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";
import { stands, waitUntilKept } from "./claude-transcript.ts";
import { MailDelivery, type SaveMail } from "./mail-delivery.ts";

/** Hooks may say 10,000 characters; the rest Claude Code puts into a file. */
const longestMailTokens = 2_000;

export interface ClaudeMailOptions {
  readonly maxTokens?: number | undefined;
  readonly save?: SaveMail | undefined;
}

export class ClaudeMail {
  readonly #delivery: MailDelivery;

  constructor(inbox: AgentInbox, { maxTokens = longestMailTokens, save }: ClaudeMailOptions) {
    this.#delivery = new MailDelivery(inbox, { maxTokens: Math.min(maxTokens, longestMailTokens), save });
  }

  /** The model has answered: what stood in front of it is kept, or will be in a moment. */
  async answered(transcript: string): Promise<void> {
    const { unanswered } = this.#delivery;
    if (unanswered === null) return;
    await waitUntilKept(unanswered.id, transcript);
    await this.#delivery.answered();
  }

  /** What the conversation does not have yet. */
  async next(transcript: string): Promise<Mail | null> {
    const mail = await this.#delivery.next(({ id }) => stands(id, transcript));
    // The last model call failed or was interrupted, and nothing is written: Claude Code has it in memory.
    return mail?.id === this.#delivery.unanswered?.id ? null : mail;
  }

  /** The text for the model, by which the mail is found in the conversation again. */
  async give(mail: Mail): Promise<string> {
    await this.#delivery.give(mail);
    return `[${mail.id}]\n${mail.text}`;
  }
}
