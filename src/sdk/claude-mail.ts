/** The inbox for one run of Claude Code, which keeps the conversation itself: what of it stands there, and what the model has answered. */
import type { AgentInbox } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";
import { stands, waitUntilKept } from "./claude-transcript.ts";

/** Hooks may say 10,000 characters; the rest Claude Code puts into a file. */
const longestMailTokens = 2_000;

export interface ClaudeMailOptions {
  readonly maxTokens?: number | undefined;
  readonly save?: ((mail: Mail) => Promise<void> | void) | undefined;
}

export class ClaudeMail {
  readonly #inbox: AgentInbox;
  readonly #maxTokens: number;
  readonly #save: ClaudeMailOptions["save"];
  /** In front of a model that has not answered yet. */
  #unanswered: string | null = null;

  constructor(inbox: AgentInbox, { maxTokens = longestMailTokens, save }: ClaudeMailOptions) {
    this.#inbox = inbox;
    this.#maxTokens = Math.min(maxTokens, longestMailTokens);
    this.#save = save;
  }

  /** The model has answered: what stood in front of it is kept, or will be in a moment. */
  async answered(transcript: string): Promise<void> {
    if (this.#unanswered === null) return;
    await waitUntilKept(this.#unanswered, transcript);
    await this.#inbox.ack(this.#unanswered);
    this.#unanswered = null;
  }

  /** What the conversation does not have yet. */
  async next(transcript: string): Promise<Mail | null> {
    const mail = await this.#inbox.claim({ maxTokens: this.#maxTokens });
    if (mail === null || !mail.redelivered) return mail;
    if (await stands(mail.id, transcript)) {
      await mail.ack();
      this.#unanswered = null;
      return this.#inbox.claim({ maxTokens: this.#maxTokens });
    }
    // The last model call failed or was interrupted, and nothing is written: Claude Code has it in memory.
    return mail.id === this.#unanswered ? null : mail;
  }

  /** The text for the model, by which the mail is found in the conversation again. */
  async give(mail: Mail): Promise<string> {
    if (this.#save === undefined) {
      this.#unanswered = mail.id;
    } else {
      await this.#save(mail);
      await mail.ack();
    }
    return `[${mail.id}]\n${mail.text}`;
  }
}
