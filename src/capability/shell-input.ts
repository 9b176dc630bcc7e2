/** A shell as a param: its id, its path, or the object that `list_shells` gave. */
import { z } from "zod";
import type { JsonObject } from "../base/json.ts";
import type { Shell } from "../process/shells.ts";

const words = z.array(z.string()).optional();

export const shellField = z.union([
  z.string().min(1),
  z
    .strictObject({
      path: z.string().min(1).optional(),
      id: z.string().min(1).optional(),
      label: z.string().optional(),
      platform: z.string().optional(),
      available: z.boolean().optional(),
      supports_login: z.boolean().optional(),
      supports_interactive: z.boolean().optional(),
      default_args: words,
      login_args: words,
      source: z.string().optional(),
    })
    .refine(({ path, id }) => path !== undefined || id !== undefined, "a shell with a path or an id"),
]);

export const shellWords = "Path, id, or what list_shells gave. Default: the session's.";
export const shellIdWords = "The same, by id.";

export interface ShellParams {
  readonly shell?: z.output<typeof shellField> | undefined;
  readonly shell_id?: string | undefined;
}

/** Path or id; undefined when none is named. A path says more than an id. */
export function namedShell({ shell, shell_id: shellId }: ShellParams): string | undefined {
  return typeof shell === "object" ? (shell.path ?? shell.id) : (shell ?? shellId);
}

export function shellToWire(shell: Shell): JsonObject {
  return {
    id: shell.id,
    label: shell.label,
    path: shell.path,
    platform: shell.platform,
    available: shell.available,
    supports_login: shell.supportsLogin,
    supports_interactive: shell.supportsInteractive,
    default_args: [...shell.defaultArgs],
    login_args: [...shell.loginArgs],
    source: shell.source,
  };
}
