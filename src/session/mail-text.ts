/** A claim as one text for a model: events that are not from the user, with output only in fences. The same claim, the same text. */
import { alias, reportHeadline, runningHeadline } from "../handle/headline.ts";
import { count, plain } from "../handle/plain.ts";
import type { Report } from "../handle/report.ts";
import type { Snapshot } from "../handle/snapshot.ts";
import type { MessageRecord } from "../ledger/ledger.ts";
import { type ExcerptSize, renderReport } from "./report-text.ts";

export interface MailTextOptions {
  /** Random, kept with the claim: the first tag of its fences. */
  readonly tag: string;
  /** Bound of the text in bytes. At least the headlines are always there. */
  readonly maxBytes: number;
}

/** How much of each output is shown: the first that fits the bound. */
const sizes: readonly (ExcerptSize | null)[] = [
  { headLines: 20, tailLines: 40, errorLines: 5, maxLineChars: 1_000 },
  { headLines: 8, tailLines: 16, errorLines: 5, maxLineChars: 400 },
  { headLines: 3, tailLines: 8, errorLines: 3, maxLineChars: 200 },
  { headLines: 0, tailLines: 3, errorLines: 1, maxLineChars: 160 },
  null,
];

export function renderMail(messages: readonly MessageRecord[], options: MailTextOptions): string {
  let text = "";
  for (const size of sizes) {
    text = renderWith(messages, size, options);
    if (Buffer.byteLength(text) <= options.maxBytes) break;
  }
  return text;
}

function renderWith(messages: readonly MessageRecord[], size: ExcerptSize | null, { tag }: MailTextOptions): string {
  const newTag = tagsFrom(tag);
  return [
    `[${count(messages.length, "background event")} · not from the user, and no answer to any question]`,
    ...messages.map((message) => renderMessage(message, size, newTag)),
  ].join("\n");
}

function renderMessage(message: MessageRecord, size: ExcerptSize | null, newTag: () => string): string {
  if (message.kind !== "tool_result" || size === null) return messageHeadline(message);
  const report = message.body as unknown as Report;
  const lines = renderReport(report, { alias: message.alias ?? report.alias, newTag, size }).split("\n");
  return [messageHeadline(message), ...lines.slice(1)].join("\n");
}

/** One line about a message. */
export function messageHeadline(message: MessageRecord): string {
  const again = message.redelivered ? ["delivered before, not acknowledged"] : [];
  switch (message.kind) {
    case "tool_result": {
      const report = message.body as unknown as Report;
      const facts = [plain(report.label ?? report.command), ...again];
      return reportHeadline(report, { alias: message.alias ?? report.alias, facts });
    }
    case "tool_progress": {
      const now = message.body as unknown as Snapshot;
      return runningHeadline({ ...now, alias: message.alias ?? now.alias }, [
        plain(now.label ?? now.command),
        ...again,
      ]);
    }
    default: {
      const about = message.alias === null ? [] : [alias(message.alias)];
      const text = typeof message.body["text"] === "string" ? message.body["text"] : JSON.stringify(message.body);
      return `[${[plain(message.kind), ...about, plain(text, 500), ...again].join(" · ")}]`;
    }
  }
}

/** The tag of the claim and then derived ones, for an output that was told the first. */
function tagsFrom(tag: string): () => string {
  let draws = 0;
  return () => {
    draws += 1;
    return draws === 1 ? tag : `${tag}${draws}`;
  };
}
