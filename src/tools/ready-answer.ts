/** What a wait for readiness adds to the answer of a start; nothing when nobody asked for it. */
import type { RunningOptions } from "./answer.ts";
import { readyAdvice, readyFacts } from "./ready-text.ts";
import { readyToWire } from "./ready-wire.ts";
import type { ToolAnswer } from "./tool.ts";
import type { ReadyWait } from "./wait-for-ready.ts";

/** The command goes on. Whoever does not wait any more, because the call was moved to the background, is told so at once. */
export async function stillRunning(ready: ReadyWait | null): Promise<RunningOptions> {
  if (ready === null) return {};
  ready[Symbol.dispose]();
  const readiness = await ready.outcome;
  return {
    extra: { ready: readyToWire(readiness) },
    facts: readyFacts(readiness, ready.condition),
    advice: readyAdvice(readiness),
  };
}

/** It ended while readiness was waited for. A caller who ended it itself reads nothing about that. */
export async function endedUnready(answer: ToolAnswer, ready: ReadyWait | null): Promise<ToolAnswer> {
  if (ready === null) return answer;
  const readiness = await ready.outcome;
  const data = { ...answer.data, ready: readyToWire(readiness) };
  if (answer.status === "cancelled") return { ...answer, data };
  const facts = readyFacts(readiness, ready.condition).map((fact) => `[${fact}]`);
  const text = [answer.text, facts, readyAdvice(readiness) ?? []].flat().join("\n");
  return { ...answer, text, data };
}
