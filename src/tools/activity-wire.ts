/** What a running command is doing, in the words of the wire. */
import type { JsonObject } from "../base/json.ts";
import type { HandleActivity } from "../handle/activity-observer.ts";

/** Null where nobody looked, as in records of older versions. */
export function activityToWire(activity: HandleActivity | null | undefined): JsonObject | null {
  if (activity == null) return null;
  const { state, windowMs, ports, waiting, lastLine } = activity;
  return {
    state,
    window_ms: windowMs,
    ports: [...ports],
    waiting:
      waiting === null
        ? null
        : { pid: waiting.pid, command_name: waiting.name, for_ms: waiting.forMs, last_line: lastLine },
  };
}
