/** What the built-in operations return, and how their calls are answered. */
import { z } from "zod";
import { ended, running } from "./answers.ts";
import { count } from "./words.ts";

const unreadable = {
  error_count: count.describe("Directories that could not be read."),
  errors: z.array(z.object({ path: z.string(), errno: z.string() })).describe("The first of them."),
};

const listing = {
  count: count.describe("Of all finds."),
  complete: z.boolean().describe("Nothing is missing: not cut short, everything could be read."),
  truncated: z.boolean().describe("The list has the first ones, the output all, a line of JSON for each."),
  ...unreadable,
};

const entry = z.object({
  path: z.string(),
  is_dir: z.boolean(),
  is_file: z.boolean(),
  depth: count.describe("0 is the directory itself."),
  path_base64: z.string().optional().describe("The bytes of a name that is no text."),
});

const tree = z.object({ path: z.string(), ...listing, entries: z.array(entry) }).meta({ id: "tree" });

const matches = z
  .object({
    base: z.string(),
    pattern: z.string(),
    ...listing,
    limited: z.boolean().describe("It stopped at max_results."),
    matches: z.array(z.string()).describe("Absolute paths."),
  })
  .meta({ id: "matches" });

function answerWith(result: z.ZodType): z.ZodType {
  return z.union([ended.extend({ result: result.nullable() }).meta({ id: "ended" }), running]);
}

export const walked = answerWith(tree);
export const globbed = answerWith(matches);
