/** Params in either spelling: `session_id` is ours, `sessionId` is accepted, and so is an alias. What is inside a param is not touched. */
import { LonghandError } from "../base/errors.ts";

/** `aliases`: by the alias, the name that is meant. Throws `invalid_parameter` for params that are no object, or when one is given twice. */
export function toSnakeCase(
  params: unknown,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new LonghandError("invalid_parameter", "params must be an object with the names of the params");
  }
  const meant = [...known.map((name) => [name, name] as const), ...Object.entries(aliases)];
  const names = new Map(meant.flatMap(([name, meaning]) => [name, camelCase(name)].map((key) => [key, meaning])));
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      // An unknown key keeps its spelling: it is about to be refused by name.
      const name = names.get(key) ?? key;
      if (seen.has(name)) {
        throw new LonghandError("invalid_parameter", `${name} is given in two spellings`, { param: name });
      }
      seen.add(name);
      return [name, value];
    }),
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
