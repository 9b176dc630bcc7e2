/** `list_shells`, `get_default_shell`, `set_default_shell`, `shell_invocation`. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { shellInvocation } from "../process/shell.ts";
import { describeShell, type Shells } from "../process/shells.ts";
import { defineOperation } from "./operation.ts";
import { namedShell, shellField, shellIdWords, shellToWire, shellWords } from "./shell-input.ts";

export function shellsToWire(shells: Shells): JsonObject {
  const list = shells.list();
  return { shells: list.map(shellToWire), default_shell_id: shells.default?.id ?? null };
}

export const listShells = defineOperation({
  name: "list_shells",
  params: z.strictObject({}),
  run: async (_, { session }) => shellsToWire(session.parts.shells),
});

export const getDefaultShell = defineOperation({
  name: "get_default_shell",
  params: z.strictObject({}),
  run: async (_, { session }) => {
    const shell = session.parts.shells.default;
    if (shell === null) throw new LonghandError("not_found", "this machine has no shell");
    return shellToWire(shell);
  },
});

export const setDefaultShell = defineOperation({
  name: "set_default_shell",
  params: z.strictObject({
    shell_id: z.string().min(1).optional().describe("Of list_shells."),
    id: z.string().min(1).optional().describe("The same."),
  }),
  run: async ({ shell_id: shellId, id }, { session }) => {
    if (shellId !== undefined && id !== undefined && shellId !== id) {
      throw new LonghandError("invalid_parameter", "shell_id and id are both given and differ: leave one out", {
        param: "id",
      });
    }
    const wanted = shellId ?? id;
    if (wanted === undefined) {
      throw new LonghandError("missing_parameter", "shell_id is required: a string", { param: "shell_id" });
    }
    return shellToWire(session.parts.shells.select(wanted));
  },
});

/** Stands for a text that is filled in later. */
const placeholder = "{command}";

export const shellInvocationOperation = defineOperation({
  name: "shell_invocation",
  params: z.strictObject({
    shell: shellField.optional().describe(shellWords),
    shell_id: z.string().min(1).optional().describe(shellIdWords),
    command: z.string().default(placeholder).describe("A shell text; without one a placeholder stands for it."),
    login: z.boolean().default(false).describe("It reads its login files first."),
    interactive: z.boolean().default(false).describe("It is an interactive one."),
  }),
  run: async ({ shell, shell_id: shellId, command, login, interactive }, { session }) => {
    const { shells } = session.parts;
    const path = shells.resolve(namedShell({ shell, shell_id: shellId }));
    const invocation = { ...(path === undefined ? {} : { shell: path }), login, interactive };
    const [program, ...args] = shellInvocation({ ...invocation, script: command });
    const described = shells.find(program) ?? describeShell(program, "host", true);
    return { program, args, command_arg_index: args.length - 1, shell: shellToWire(described) };
  },
});
