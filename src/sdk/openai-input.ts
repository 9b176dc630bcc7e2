/** Mail in the input of a model call of OpenAI's SDK: where it stood in the call before, it stands again, because the SDK keeps nothing injected. */
import type { AgentInputItem } from "@openai/agents";

export interface PlacedMail {
  readonly id: string;
  readonly text: string;
  /** What it stands behind. */
  readonly anchor: Anchor;
  /** The run that had it has ended with an answer. */
  readonly isAnswered: boolean;
}

/** An item, and where it was: a history that grows at its end keeps both. */
interface Anchor {
  readonly key: string;
  readonly index: number;
}

/** A message of the user, because no other role is taken by every model at any place; its first line says that it is none. */
export function mailItem(text: string): AgentInputItem {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

/** What the SDK made of the history, before anything is injected. */
export class ModelInput {
  readonly #items: readonly AgentInputItem[];
  readonly #keys: readonly string[];

  constructor(items: readonly AgentInputItem[]) {
    this.#items = items;
    this.#keys = items.map((item) => JSON.stringify(item));
  }

  /** The end of it, for a mail that stands there. */
  get end(): Anchor {
    return { key: this.#keys.at(-1) ?? "", index: this.#keys.length - 1 };
  }

  /** The history has it: it was written there. */
  says(text: string): boolean {
    const quoted = JSON.stringify(text).slice(1, -1);
    return this.#keys.some((key) => key.includes(quoted));
  }

  /** Something in it comes from the model, and was not in `earlier`. */
  isAnswerTo(earlier: ModelInput): boolean {
    const known = new Set(earlier.#keys);
    return this.#items.some((item, index) => isOfModel(item) && !known.has(this.#keys[index] ?? ""));
  }

  /**
   * It has a place here. Where the provider keeps the history, the input is what is new: then no later call has what the mail stood behind, or has
   * the same words at its end again, with no answer after them.
   */
  places({ anchor, isAnswered }: PlacedMail): boolean {
    const index = this.#find(anchor);
    if (index === -1) return anchor.index === -1;
    return !isAnswered || index < this.#keys.length - 1;
  }

  /** Each where it stood, but for those that the history has. */
  with(placed: readonly PlacedMail[]): AgentInputItem[] {
    const missing = placed.filter(({ text }) => !this.says(text));
    const after = Map.groupBy(missing, ({ anchor }) => this.#find(anchor));
    const mailAfter = (index: number): AgentInputItem[] => (after.get(index) ?? []).map(({ text }) => mailItem(text));
    return [...mailAfter(-1), ...this.#items.flatMap((item, index) => [item, ...mailAfter(index)])];
  }

  #find({ key, index }: Anchor): number {
    return this.#keys[index] === key ? index : this.#keys.lastIndexOf(key);
  }
}

function isOfModel(item: AgentInputItem): boolean {
  return !("role" in item) || item.role === "assistant";
}
