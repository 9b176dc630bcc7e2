/** Where a search begins: an existing directory, by its absolute path. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { errnoOf, LonghandError } from "../../base/errors.ts";

/** Rejects with `not_found`, `invalid_parameter` (not a directory, a NUL in it) or `unavailable`, and names the field. */
export async function baseDirectory(path: string, defaultCwd: string, param: string): Promise<string> {
  if (path.includes("\0")) throw refused("invalid_parameter", `${param}: a path has no NUL character`, param, path);
  const absolute = resolve(defaultCwd, path);
  const found = await stat(absolute).catch((error: unknown) => errnoOf(error) ?? "UNKNOWN");
  if (typeof found !== "string") {
    if (found.isDirectory()) return absolute;
    throw refused("invalid_parameter", `${param}: not a directory: ${absolute}`, param, absolute);
  }
  if (found === "ENOENT" || found === "ENOTDIR") {
    throw refused("not_found", `${param}: no such directory: ${absolute}`, param, absolute);
  }
  throw refused("unavailable", `${param}: cannot be read: ${absolute} (${found})`, param, absolute);
}

function refused(kind: "not_found" | "invalid_parameter" | "unavailable", message: string, param: string, got: string) {
  return new LonghandError(kind, message, { param, details: { expected: "an existing directory", got } });
}
