/** The shells of this machine as they are configured, for a runtime and without one. */
import type { JsonObject } from "../base/json.ts";
import { shellsToWire } from "../capability/shell-operations.ts";
import { type ConfigOptions, resolveConfig } from "../config.ts";
import { inheritedEnvironment } from "../process/environment.ts";
import { createShells, type Shells } from "../process/shells.ts";

/** `defaultShell` as in the configuration. Throws `invalid_parameter` for a configured shell that cannot be run. */
export function shellsOf(defaultShell: string, environment: Readonly<Record<string, string>>): Shells {
  return createShells(defaultShell === "auto" ? null : defaultShell, environment);
}

/** What `list_shells` answers in a runtime that nobody has told otherwise. */
export function listShells(options: ConfigOptions = {}): JsonObject {
  return shellsToWire(shellsOf(resolveConfig(options).values.defaultShell, inheritedEnvironment()));
}
