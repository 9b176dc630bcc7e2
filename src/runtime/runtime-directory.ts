/** A private directory for the pipes of this runtime; gone with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LonghandError } from "../base/errors.ts";

export interface RuntimeDirectory {
  readonly path: string;
  remove(): void;
}

/** Throws `unavailable`. */
export function makeRuntimeDirectory(parent: string): RuntimeDirectory {
  let path: string;
  try {
    path = mkdtempSync(join(parent, "longhand-"));
  } catch (error) {
    throw refused(parent, error);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function refused(parent: string, cause: unknown): LonghandError {
  return new LonghandError("unavailable", `the runtime directory ${parent} cannot be used: ${String(cause)}`, {
    param: "runtimeDir",
    cause,
  });
}
