/** What a running command is doing, as the kernel tells it. */
import { z } from "zod";
import type { ActivityState } from "../../process/activity.ts";
import { milliseconds, pid, vocabulary } from "./words.ts";

export const activity = z
  .object({
    state: vocabulary<ActivityState>({
      busy: "it worked or printed within the window",
      idle: "nobody did anything within the window",
      waiting_on_stdin: "it reads what write_stdin can give it",
      stopped: "by a signal or a debugger",
      listening: "idle, and accepts connections",
      only_descendants_left: "the command has ended, what it started goes on",
      unknown: "the kernel does not tell",
    }),
    window_ms: milliseconds.nullable(),
    ports: z.array(z.int()).describe("TCP ports on which it accepts connections."),
    waiting: z
      .object({
        pid,
        command_name: z.string(),
        for_ms: milliseconds.describe("At least this long."),
        last_line: z.string().nullable().describe("The question, if it printed one."),
      })
      .nullable()
      .describe("Who waits on stdin."),
  })
  .meta({ id: "activity" });
