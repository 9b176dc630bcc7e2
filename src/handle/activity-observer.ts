/** What the command of a handle is doing: one probe for as long as it runs, made at the first look. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Activity } from "../process/activity.ts";
import { type ActivityProbe, createActivityProbe } from "../process/activity-probe.ts";
import type { Child } from "../process/child.ts";
import { lastLine } from "./last-line.ts";

/** JSON-safe. */
export interface HandleActivity extends Activity {
  /** What was printed last and not ended when it waits for input: the prompt, if there is one. As it was printed, but for what only a terminal understands. */
  readonly lastLine: string | null;
}

export interface Observed {
  readonly child: Child;
  readonly recorder: Recorder;
  /** Wall clock, ms since 1970. */
  readonly startedAt: number;
}

export class ActivityObserver {
  readonly #probe: ActivityProbe;
  readonly #recorder: Recorder;
  readonly #terminal: boolean;

  constructor({ child, recorder, startedAt }: Observed, clock: Clock) {
    this.#recorder = recorder;
    this.#terminal = child.terminal !== null;
    this.#probe = createActivityProbe({
      tree: child.tree,
      leader: child,
      input: child.input,
      spawnedAtMs: clock.monotonic() - Math.max(0, clock.now() - startedAt),
      clock,
      lastOutputAt: () => recorder.lastOutputAt,
    });
  }

  /** Never rejects. */
  async look(): Promise<HandleActivity> {
    const activity = await this.#probe.look();
    if (activity.waiting === null) return { ...activity, lastLine: null };
    // The question was printed before the wait began, so it is in the pipe: it is read when the event loop has polled once more. The first
    // turn may belong to the poll that is going on.
    await nextTurn();
    await nextTurn();
    return { ...activity, lastLine: lastLine(this.#recorder, { terminal: this.#terminal }) };
  }
}
