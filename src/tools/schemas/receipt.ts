/** What ending a command's processes did. */
import { z } from "zod";
import type { Coverage, SurvivorReason } from "../../process/receipt.ts";
import { count, milliseconds, pid, vocabulary } from "./words.ts";

const member = {
  pid: pid.describe("Of the process."),
  command_name: z.string().describe("The program's name, never its arguments."),
};

export const receipt = z
  .object({
    processes: z
      .array(z.object({ ...member, signals: z.array(z.string()).describe("What it was sent, in order.") }))
      .describe("Those that were found alive; at most 100."),
    found_count: count.describe("May exceed what is listed."),
    stopped_count: count.describe("Of those found, gone now."),
    survivor_count: count.describe("Of those found, still there."),
    survivors: z
      .array(
        z.object({
          ...member,
          reason: vocabulary<SurvivorReason>({
            not_permitted: "another user's",
            uninterruptible: "the kernel does not end it",
            kept: 'asked for with leftovers "keep"',
          }),
        }),
      )
      .describe("Who is still there."),
    coverage: vocabulary<Coverage>({
      namespace: "a pid namespace holds the whole tree",
      marked: "every process of the machine was asked for its mark",
      group: "group, session, parents and environment only",
    }),
    complete: z.boolean().describe("False when the deadline came first: somebody may be left unseen."),
    duration_ms: milliseconds.describe("Of the stop, from its beginning."),
  })
  .meta({ id: "receipt", description: "What was done to the processes of a command, and who is left." });
