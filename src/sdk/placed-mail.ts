/** Mail among the messages of a run, for a framework that knows nothing of it: the same place in every model input, and in the history. */
import { LonghandError } from "../base/errors.ts";
import type { Mail } from "../session/inbox.ts";

/** What we need to know of a framework's message. */
export interface AnyMessage {
  readonly role: string;
  readonly content: unknown;
}

export interface MailMessage {
  role: "user";
  content: string;
}

export interface PlacedMail {
  readonly mail: Mail;
  readonly message: MailMessage;
  /** The message in front of it, by identity. */
  readonly after: AnyMessage | undefined;
  /** How many messages the run had made before it. */
  readonly made: number;
}

/** Each stands once, also where the framework has kept it from the step before. */
export function inPlace<Message extends AnyMessage>(
  messages: readonly Message[],
  placed: readonly PlacedMail[],
): (Message | MailMessage)[] {
  const all: (Message | MailMessage)[] = [...messages];
  const present: readonly AnyMessage[] = all;
  for (const { mail, message, after } of placed) {
    const before = after === undefined ? -1 : present.indexOf(after);
    // The same words may stand in the history of earlier runs: they are not this mail.
    if (stands(mail, all.slice(before + 1))) continue;
    // At the end, where the one in front is gone: anywhere else it could part a call from its result.
    all.splice(before === -1 ? all.length : before + 1, 0, message);
  }
  return all;
}

/** `invalid_parameter` when these cannot be all the messages that the run has made. */
export function amongMade<Message extends AnyMessage>(
  messages: readonly Message[],
  placed: readonly PlacedMail[],
): (Message | MailMessage)[] {
  if (placed.some(({ made }) => made > messages.length)) {
    const message =
      "withMail takes the messages of all steps: result.responseMessages, in ai 6 result.response.messages";
    throw new LonghandError("invalid_parameter", message, { param: "responseMessages" });
  }
  // A run can begin with the results of calls that were approved before it; not every framework counts them.
  const approved = messages.findIndex(({ role }) => role !== "tool");
  const all: (Message | MailMessage)[] = [...messages];
  for (const { made, message } of placed.toReversed()) all.splice(Math.max(made, approved), 0, message);
  return all;
}

export function stands({ text }: Mail, messages: readonly AnyMessage[]): boolean {
  return messages.some(
    ({ content }) => content === text || (Array.isArray(content) && content.some((part) => part.text === text)),
  );
}
