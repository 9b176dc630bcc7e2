/** A command under a handle: a marked process, and whatever it starts. */
import type { ReadingLane } from "../findings/reading-lane.ts";
import type { Screens } from "../output/screen.ts";
import { reportOf } from "./build-report.ts";
import type { Handle } from "./handle.ts";
import { inspect } from "./inspect.ts";
import type { CommandRequest } from "./request.ts";
import { screenOf } from "./screen-of.ts";
import { supervise } from "./supervise.ts";
import type { Running, Work, WorkOptions } from "./work.ts";

export interface CommandWorkOptions extends WorkOptions {
  readonly screens: Screens;
  readonly readings: ReadingLane;
}

export async function commandWork(handle: Handle, request: CommandRequest, options: CommandWorkOptions): Promise<Work> {
  const { clock, launcher, sandbox, ledger, ticket, releaseMark, screens, readings } = options;
  const { command, inspection } = request;
  launcher.check(command);
  const mark = await launcher.newMark(handle.id);
  return {
    spec: {
      command_id: handle.commandId,
      command: command.display,
      cwd: command.cwd,
      mark: { cookie: mark.cookie, limits: mark.limits === null ? null : { ...mark.limits } },
      inspection: inspection === null ? null : { ...inspection },
    },
    async start(opened): Promise<Running> {
      const child = await launcher.launch(sandbox.confine(command), mark, opened.capture);
      const { recorder } = opened;
      return {
        recorder,
        child,
        progress: null,
        stop: (ladder) => child.tree.stop(ladder),
        async seeThrough() {
          if (!handle.awaited) {
            // For people who list handles from elsewhere; nothing depends on it.
            const notes = { pid: child.pid, start_time: child.startTime };
            void ledger.note({ handleId: handle.id, ticket, notes }).catch(() => false);
          }
          const ending = await supervise(handle, child, recorder, options);
          opened.close();
          const isOver = ending.receipt.complete && ending.receipt.survivors.length === 0;
          // Not before: who looks at a live handle must not meet those who run under the mark after it.
          if (isOver) void handle.ended.then(() => releaseMark(mark));
          const facts = { endedAt: clock.now(), sandbox: sandbox.state };
          const { directory, startedAt } = handle;
          const findings = await inspect({
            inspection,
            output: ending.output,
            directory,
            startedAt,
            lane: readings,
            hurry: hurryOf(handle),
          });
          const { terminal } = child;
          const maxBytes = request.capture.previewBytes;
          // Lines in their order are in the output already; whoever wants to see them as a screen can ask for it.
          const screen = await screenOf({ directory, terminal, screens, onlyDrawn: true, maxBytes });
          return reportOf(handle, ending, recorder, { ...facts, findings, screen, terminal: terminal?.size ?? null });
        },
      };
    },
    drop: () => releaseMark(mark),
  };
}

/** Whoever asked for the end, before it came or after, does not wait long for what can be found in the output. */
function hurryOf({ state, hurry }: Handle): AbortSignal {
  return state.cause === null || state.cause.kind === "exit" ? hurry : AbortSignal.abort();
}
