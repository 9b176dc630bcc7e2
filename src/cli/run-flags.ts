/** The flags of `longhand run`, and the tool call that they mean. */
import { type Command, Option } from "commander";
import { LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { type GlobalFlags, readDuration, readSize, readVariable } from "./options.ts";

export interface RunFlags extends GlobalFlags {
  readonly timeout?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly maxOutput?: number;
  readonly leftovers: "stop" | "keep";
  readonly label?: string;
  readonly session?: string;
  readonly shell?: string;
  readonly test?: boolean;
  readonly build?: boolean;
  readonly filter?: string;
  readonly ready?: string;
  readonly quiet?: boolean;
  readonly ephemeral?: boolean;
}

export function withRunFlags(command: Command): Command {
  return command
    .argument("[command...]", "program and arguments; put -- before them when in doubt")
    .option("-t, --timeout <duration>", "end it after this long (90s, 5m): SIGTERM, then SIGKILL", readDuration)
    .option("-s, --shell <text>", "run this text in a shell instead of a program")
    .option("--test", "run the project's tests (or these words) and say what passed and failed")
    .option("--filter <text>", "with --test: only these tests, in the runner's own syntax")
    .option("--build", "run the project's build (or these words) and count its errors and warnings")
    .option("--ready <sign>", "say when it listens on this port, answers this URL, or has printed this text")
    .option("-C, --cwd <dir>", "where it runs")
    .option("-e, --env <NAME=value>", "set a variable, or pass on NAME as it is here (repeatable)", readVariable)
    .option("--max-output <size>", "end it when it prints more (10MB); default 1 GiB", readSize)
    .addOption(
      new Option("--leftovers <what>", "processes that outlive the command").choices(["stop", "keep"]).default("stop"),
    )
    .option("--label <text>", "name it in lists")
    .option("--session <id>", "run it in this session, which is taken over from whoever reads it now")
    .option("--ephemeral", "leave no history: nothing is kept once it has ended")
    .option("-q, --quiet", "no notes on stderr about what was stopped or is missing")
    .option("--json", "no live output; one JSON object about the run on stdout instead");
}

export interface ToolCall {
  readonly tool: "run_command" | "run_test" | "run_build_command";
  readonly input: JsonObject;
}

/** Throws `missing_parameter` or `invalid_parameter`. */
export function toolCall(words: readonly string[], flags: RunFlags): ToolCall {
  refuseTogether(flags, words);
  const common = commonInput(flags);
  const argv = words.length === 0 ? {} : { argv: words };
  if (flags.test === true) {
    return { tool: "run_test", input: { ...argv, ...optional("filter", flags.filter), ...common } };
  }
  if (flags.build === true) return { tool: "run_build_command", input: { ...argv, ...common } };
  const ready = flags.ready === undefined ? {} : { ready: readySign(flags.ready) };
  return { tool: "run_command", input: { ...commandOf(words, flags.shell), ...ready, ...common } };
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

function refuseTogether({ test, build, shell, filter, ready }: RunFlags, words: readonly string[]): void {
  const kinds = [
    ...(test ? ["--test"] : []),
    ...(build ? ["--build"] : []),
    ...(shell === undefined ? [] : ["--shell"]),
  ];
  if (kinds.length > 1) throw new LonghandError("invalid_parameter", `${kinds.join(" and ")} are given: choose one`);
  const kind = kinds[0];
  if (ready !== undefined && kind !== undefined && kind !== "--shell") {
    throw new LonghandError("invalid_parameter", `--ready is for servers, not for ${kind}`);
  }
  if (filter === undefined) return;
  if (test !== true) throw new LonghandError("invalid_parameter", "--filter is for --test");
  if (words.length > 0)
    throw new LonghandError("invalid_parameter", "--filter is for detected tests: put it among the words");
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
