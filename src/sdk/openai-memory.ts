/** A `Session` of OpenAI's SDK (its stored history) that is not given twice what was written into it during a run. */
import type { AgentInputItem, Session } from "@openai/agents";
import { ModelInput } from "./openai-input.ts";

/**
 * When a run ends the SDK stores what was injected into its last model call, as if it had stood before the run's first answer. What is `isWritten`
 * and in the history is left out; all else is the session's own, so that it keeps whatever else it can do.
 */
export function withoutCopies(memory: Session, isWritten: (item: AgentInputItem) => boolean): Session {
  const missing = async (items: readonly AgentInputItem[]): Promise<AgentInputItem[]> => {
    if (!items.some(isWritten)) return [...items];
    // Not by what was written alone: a compaction clears the history and writes it anew, mail included.
    const stored = new ModelInput(await memory.getItems());
    return items.filter((item) => !isWritten(item) || !stored.says(textOf(item)));
  };
  return new Proxy(memory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "addItems" && name !== "addItemsWithCompactionOwnership") return value.bind(target);
      return async (items: readonly AgentInputItem[], ...rest: unknown[]): Promise<void> =>
        value.call(target, await missing(items), ...rest);
    },
  });
}

function textOf(item: AgentInputItem): string {
  if (!("content" in item) || !Array.isArray(item.content)) return "";
  const [first] = item.content;
  return first !== undefined && "text" in first && typeof first.text === "string" ? first.text : "";
}
