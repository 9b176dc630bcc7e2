/** A private directory for the pipes of this runtime: gone with it, or with the recovery of its host. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";

export interface RuntimeDirectory {
  readonly path: string;
  remove(): void;
}

/** Named after the host, whose id nobody can guess. Throws `unavailable`. */
export function makeRuntimeDirectory(parent: string, hostId: string = newId("host")): RuntimeDirectory {
  const path = runtimeDirectoryOf(parent, hostId);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw refused(parent, error);
  }
  return { path, remove: () => removeRuntimeDirectory(parent, hostId) };
}

export function removeRuntimeDirectory(parent: string, hostId: string): void {
  rmSync(runtimeDirectoryOf(parent, hostId), { recursive: true, force: true });
}

function runtimeDirectoryOf(parent: string, hostId: string): string {
  return join(parent, `longhand-${hostId}`);
}

function refused(parent: string, cause: unknown): LonghandError {
  return new LonghandError("unavailable", `the runtime directory ${parent} cannot be used: ${String(cause)}`, {
    param: "runtimeDir",
    cause,
  });
}
