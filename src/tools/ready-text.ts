/** Readiness as a model reads it: one fact for the headline, and what to do when it did not come. */
import { alias } from "../handle/headline.ts";
import { portOf } from "../handle/http-probe.ts";
import { duration, plain, quoted } from "../handle/plain.ts";
import { holderText } from "../handle/port-holder.ts";
import type { Readiness, ReadyCondition } from "../handle/readiness.ts";

/** `ready: port 5173`; `NOT ready: port 8000 is held by python3 4711 = h1 (python3 -m http.server 8000)`. */
export function readyFacts(readiness: Readiness, condition: ReadyCondition): readonly string[] {
  if (readiness.ready) return [`ready: ${sign(readiness)}`];
  const { because, afterMs } = readiness;
  if (because === "given_up") return ["readiness was not waited for any longer"];
  const when = because === "timeout" ? ` after ${duration(afterMs)}` : "";
  return [`NOT ready${when}: ${reasons(readiness, condition).join("; ")}`];
}

/** Null when there is nothing to do that the rest of the answer does not say. */
export function readyAdvice(readiness: Readiness): string | null {
  if (readiness.ready || readiness.holder === null) return null;
  const { port, handle } = readiness.holder;
  const cause = `port ${port} is in use, which is no fault of the code`;
  if (handle !== null) return `[${cause}: cancel_handle ${alias(handle.alias)} and start again, or use another port]`;
  return `[${cause}: use another port, or ask the user; if that process serves this command, as docker does: ready.owner "any"]`;
}

function sign(readiness: Readiness & { readonly ready: true }): string {
  switch (readiness.by) {
    case "pattern":
      return quoted(readiness.match);
    case "port":
      return `port ${readiness.port}`;
    case "http":
      return `${plain(readiness.url)} answers ${readiness.status}`;
  }
}

function reasons(
  { because, holder, status }: Readiness & { readonly ready: false },
  condition: ReadyCondition,
): string[] {
  const held = holder === null ? [] : [`port ${holder.port} is held by ${holderText(holder)}`];
  if (because === "ended") return ["it ended first", ...held];
  if (because === "other_network") return ["it listens in a network of its own"];
  return held.length > 0 ? held : [missing(condition, status)];
}

function missing(condition: ReadyCondition, status: number | null): string {
  switch (condition.kind) {
    case "pattern":
      return `${quoted(condition.pattern.source)} was not printed`;
    case "port":
      return `it does not listen on port ${condition.port}`;
    case "http":
      if (status !== null) return `${plain(condition.url.href)} answers ${status}`;
      return `it does not answer on port ${portOf(condition.url)}`;
  }
}
