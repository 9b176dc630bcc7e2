/** What a command is doing, for the headline: `waiting on stdin: "Password:"`, `idle 10s`, `busy`, `listening: 5173`. */
import type { HandleActivity } from "./activity-observer.ts";
import { duration, quoted } from "./plain.ts";

/** Ports that are named; who has more is no dev server. */
const mostPorts = 5;

/** Facts for a headline, each harmless. Records of older versions have no activity. */
export function activityFacts(activity: HandleActivity | null | undefined): string[] {
  if (activity == null) return [];
  return [...stateFact(activity), ...portsFact(activity.ports)];
}

function stateFact({ state, windowMs, lastLine }: HandleActivity): string[] {
  switch (state) {
    case "idle":
      return [windowMs === null ? "idle" : `idle ${duration(windowMs)}`];
    case "waiting_on_stdin":
      return [lastLine === null ? "waiting on stdin" : `waiting on stdin: ${quoted(lastLine)}`];
    case "only_descendants_left":
      return ["it has ended, what it started goes on"];
    case "busy":
    case "stopped":
      return [state];
    default:
      // `listening` is said by its ports; of `unknown` there is nothing to say.
      return [];
  }
}

function portsFact(ports: readonly number[]): string[] {
  if (ports.length === 0) return [];
  const named = ports.slice(0, mostPorts).join(", ");
  return [`listening: ${named}${ports.length > mostPorts ? ` and ${ports.length - mostPorts} more` : ""}`];
}
