/** From the words and flags of `longhand run` to the tool call that they mean. */
import { LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { ownTerminalSize } from "./keyboard.ts";
import { refuseConflicts } from "./run-conflicts.ts";
import type { RunFlags } from "./run-flags.ts";

export interface ToolCall {
  readonly tool: "run_command" | "run_test" | "run_build_command";
  readonly input: JsonObject;
}

/** Throws `missing_parameter` or `invalid_parameter`. */
export function toolCall(words: readonly string[], flags: RunFlags): ToolCall {
  refuseConflicts(flags, words);
  const common = commonInput(flags);
  const argv = words.length === 0 ? {} : { argv: words };
  if (flags.test === true) {
    return { tool: "run_test", input: { ...argv, ...optional("filter", flags.filter), ...common } };
  }
  if (flags.build === true) return { tool: "run_build_command", input: { ...argv, ...common } };
  const ready = flags.ready === undefined ? {} : { ready: readySign(flags.ready) };
  const pty = flags.pty === true ? { pty: { ...ownTerminalSize() } } : {};
  return { tool: "run_command", input: { ...commandOf(words, flags.shell), ...ready, ...pty, ...common } };
}

function commonInput(flags: RunFlags): JsonObject {
  return {
    ...optional("timeout_ms", flags.timeout),
    ...optional("cwd", flags.cwd),
    ...optional("env", flags.env),
    ...optional("max_output_bytes", flags.maxOutput),
    ...optional("label", flags.label),
    leftovers: flags.leftovers,
    // Whoever is kept writes into files then, and not into a pipe that breaks when this process ends.
    ...(flags.leftovers === "keep" ? { capture: { transport: "file" } } : {}),
  };
}

/** `5173`, `:5173/health`, `http://localhost:5173/`, or a text. */
function readySign(sign: string): JsonObject {
  if (/^\d+$/.test(sign)) return { port: Number(sign) };
  return /^(?:https?:\/\/|:\d)/.test(sign) ? { http: sign } : { pattern: sign };
}

function commandOf(words: readonly string[], shell: string | undefined): JsonObject {
  if (shell === undefined && words.length === 0) {
    throw new LonghandError(
      "missing_parameter",
      "what should run? longhand run -- CMD ARGS… or longhand run --shell TEXT",
    );
  }
  if (shell !== undefined && words.length > 0) {
    throw new LonghandError("invalid_parameter", `--shell and a command are both given: leave out one (${words[0]}…)`);
  }
  return shell === undefined ? { argv: words } : { command: shell };
}

function optional<Value extends JsonObject[string]>(name: string, value: Value | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
