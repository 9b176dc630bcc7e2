/** `glob`: the files and directories whose paths fit a pattern. */
import { addAbortListener } from "node:events";
import { z } from "zod";
import { LonghandError } from "../../base/errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { Pace } from "../../base/pace.ts";
import type { OperationContext } from "../../handle/operation.ts";
import type { SessionParts } from "../../session/session.ts";
import { runningUnwindMs } from "../stop-with-call.ts";
import { defineTool } from "../tool.ts";
import { baseDirectory } from "./base-directory.ts";
import { briefOf } from "./brief.ts";
import { Listing } from "./listing.ts";
import { pacedReaddir } from "./paced-readdir.ts";
import { operationFields, runOperation } from "./run-operation.ts";
import { Unreadable } from "./unreadable.ts";

const input = z.strictObject({
  pattern: z.string().min(1).max(1_000).describe("*, **, ?, [a-z], {a,b}: src/**/*.ts"),
  base: z
    .string()
    .min(1)
    .optional()
    .describe("Where to look; relative to the session's directory, which is the default."),
  dot: z.boolean().default(false).describe("* and ** fit names that begin with a dot, too."),
  max_results: z.int().min(1).optional().describe("Stop after so many. Default: no limit."),
  ...operationFields,
});

type GlobInput = z.output<typeof input>;

/** `{a,b}` ten times is a thousand patterns; beyond that nobody means it. */
const mostAlternatives = 1_000;

export const glob = defineTool({
  name: "glob",
  description:
    "Find files and directories by a pattern. The output has a line of JSON for each absolute path, the result the first ones and how many there are. " +
    "With background it answers with a handle and the result arrives in the inbox.",
  input,
  unwindMs: runningUnwindMs,
  run: async (asked, context) => {
    const { parts } = context.session;
    if (asked.pattern.includes("\0")) {
      throw new LonghandError("invalid_parameter", "pattern: a path has no NUL character", { param: "pattern" });
    }
    const base = await baseDirectory(asked.base ?? ".", parts.settings.defaultCwd, "base");
    const run = (operation: OperationContext): Promise<JsonObject> => find(base, asked, operation, parts);
    return runOperation(
      { name: "glob", descriptor: `glob ${asked.pattern} in ${base}`, run, brief: briefOf("matches") },
      asked,
      context,
    );
  },
});

async function find(
  base: string,
  { pattern, dot, max_results: most = Number.POSITIVE_INFINITY }: GlobInput,
  operation: OperationContext,
  { clock }: Pick<SessionParts, "clock">,
): Promise<JsonObject> {
  const listing = new Listing(operation, clock);
  const unreadable = new Unreadable();
  // Ours, so that enough results end the reading as a cancel does.
  const enough = new AbortController();
  const { signal } = enough;
  using _cancel = addAbortListener(operation.signal, () => enough.abort());
  const readdir = pacedReaddir({ signal, onError: (path, errno) => unreadable.add(path, errno) });
  const pace = new Pace();
  // Loaded when it is used: most programs never search.
  const { globIterate } = await import("glob");
  let limited = false;
  try {
    const options = { cwd: base, absolute: true, dot, fs: { readdir }, signal, braceExpandMax: mostAlternatives };
    for await (const path of globIterate(pattern, options)) {
      limited = listing.count >= most;
      if (limited || signal.aborted) break;
      listing.add(path);
      await pace.turn();
    }
  } catch (error) {
    // That is how it says that it was stopped; what was found until then is the result.
    if (!operation.signal.aborted) throw error;
  } finally {
    enough.abort();
  }
  const { count, truncated, items } = listing.end();
  const complete = !limited && !operation.signal.aborted && unreadable.count === 0;
  return { base, pattern, count, complete, limited, truncated, ...unreadable.toWire(), matches: items };
}
