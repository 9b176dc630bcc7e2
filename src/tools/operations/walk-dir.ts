/** `walk_dir`: everything below a directory. */
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { Pace } from "../../base/pace.ts";
import type { OperationContext } from "../../handle/operation.ts";
import { runningUnwindMs } from "../stop-with-call.ts";
import { defineTool } from "../tool.ts";
import { baseDirectory } from "./base-directory.ts";
import { briefOf } from "./brief.ts";
import { Listing } from "./listing.ts";
import { operationFields, runOperation } from "./run-operation.ts";
import { Unreadable } from "./unreadable.ts";
import { type WalkEntry, walk } from "./walk.ts";

const input = z.strictObject({
  path: z.string().min(1).describe("A directory; relative to the session's."),
  max_depth: z.int().min(0).optional().describe("0 is the directory alone, 1 its entries. Default: no limit."),
  follow_symlinks: z.boolean().default(false).describe("Each directory is visited once, so cycles end."),
  include_hidden: z.boolean().default(true).describe("Names that begin with a dot."),
  ...operationFields,
});

type WalkInput = z.output<typeof input>;

export const walkDir = defineTool({
  name: "walk_dir",
  description:
    "List everything below a directory: path, is_dir, is_file, depth. The output has a line of JSON for each entry, the result the first ones " +
    "and how many there are. With background it answers with a handle and the result arrives in the inbox.",
  input,
  unwindMs: runningUnwindMs,
  run: async (asked, context) => {
    const { clock, settings } = context.session.parts;
    const base = await baseDirectory(asked.path, settings.defaultCwd, "path");
    const run = (operation: OperationContext): Promise<JsonObject> => list(base, asked, operation, clock);
    return runOperation(
      { name: "walk_dir", descriptor: `walk_dir ${base}`, run, brief: briefOf("entries") },
      asked,
      context,
    );
  },
});

async function list(base: string, asked: WalkInput, operation: OperationContext, clock: Clock): Promise<JsonObject> {
  const { signal } = operation;
  const listing = new Listing(operation, clock);
  const unreadable = new Unreadable();
  const entries = walk(Buffer.from(base), {
    maxDepth: asked.max_depth ?? Number.POSITIVE_INFINITY,
    followSymlinks: asked.follow_symlinks,
    includeHidden: asked.include_hidden,
    signal,
    onError: (path, errno) => unreadable.add(path.toString(), errno),
  });
  const pace = new Pace();
  for await (const entry of entries) {
    listing.add(entryToWire(entry));
    await pace.turn();
  }
  const { count, truncated, items } = listing.end();
  const complete = !signal.aborted && unreadable.count === 0;
  return { path: base, count, complete, truncated, ...unreadable.toWire(), entries: items };
}

/** A name that is no text has its bytes beside what can be shown of it. */
function entryToWire({ path, isDirectory, isFile, depth }: WalkEntry): JsonObject {
  const text = { path: path.toString(), is_dir: isDirectory, is_file: isFile, depth };
  return isUtf8(path) ? text : { ...text, path_base64: path.toString("base64") };
}
