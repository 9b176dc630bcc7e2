/** A command under a real process host, with a probe that looks at what it does. Ends with its whole tree. */

import { systemClock } from "../../src/base/clock.ts";
import type { Activity, ActivityState } from "../../src/process/activity.ts";
import { type ActivityProbe, createActivityProbe } from "../../src/process/activity-probe.ts";
import type { Child } from "../../src/process/child.ts";
import { type CommandInput, createCommand } from "../../src/process/command.ts";
import type { ProcessHost } from "../../src/process/host.ts";
import { eventually } from "./eventually.ts";

export interface ObservedChild extends AsyncDisposable {
  readonly child: Child;
  readonly probe: ActivityProbe;
  /** Everything printed so far. */
  printed(): string;
  /** Looks until it is in this state. */
  until(state: ActivityState): Promise<Activity>;
}

/** With an open stdin, unless the command says otherwise. */
export async function observe(host: ProcessHost, input: CommandInput): Promise<ObservedChild> {
  const { launcher, marks } = host;
  const mark = await launcher.newMark("hto-test");
  let text = "";
  let lastOutputAt: number | null = null;
  const onStdout = (chunk: Uint8Array): void => {
    text += Buffer.from(chunk).toString();
    lastOutputAt = performance.now();
  };
  const command = createCommand({ stdin: { kind: "open" }, ...input });
  const child = await launcher.launch(command, mark, { kind: "pipes", onStdout, onStderr: null });
  const { tree, input: identity } = child;
  const probe = createActivityProbe({
    tree,
    leader: child,
    input: identity,
    spawnedAtMs: performance.now(),
    clock: systemClock,
    lastOutputAt: () => lastOutputAt,
  });
  return {
    child,
    probe,
    printed: () => text,
    async until(state) {
      let last: Activity | undefined;
      try {
        return await eventually(
          async () => {
            last = await probe.look();
            return last.state === state ? last : null;
          },
          { timeoutMs: 20_000, everyMs: 25 },
        );
      } catch (error) {
        throw new Error(`never ${state}: ${JSON.stringify(last)}, printed ${JSON.stringify(text)}`, { cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      await tree.stop({ signal: "SIGKILL", graceMs: 0, deadlineMs: 5_000 });
      await child.exited;
      await child.stdout?.ended;
      marks.release(mark);
    },
  };
}
