/** What many handles are doing, for a list of them: within a bound of time. */
import type { Clock } from "../base/clock.ts";
import type { HandleActivity } from "./activity-observer.ts";
import type { Handle } from "./handle.ts";

/** Looks at once. More would only wait for each other: all of them share walks over /proc. */
const looksAtOnce = 16;
/** For all looks together: who lists a thousand commands is told of those that there was time for. */
const longestLooksMs = 250;

/** By handle id; those without a process are not there, nor those that there was no time for. The first come first. */
export async function activitiesOf(
  handles: readonly Handle[],
  clock: Clock,
): Promise<ReadonlyMap<string, HandleActivity>> {
  const activities = new Map<string, HandleActivity>();
  const deadline = clock.monotonic() + longestLooksMs;
  for (let at = 0; at < handles.length && clock.monotonic() < deadline; at += looksAtOnce) {
    const looks = handles.slice(at, at + looksAtOnce).map(async (handle) => {
      const activity = await handle.activity(clock);
      if (activity !== null) activities.set(handle.id, activity);
    });
    await Promise.all(looks);
  }
  return activities;
}
