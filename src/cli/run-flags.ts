/** The flags of `longhand run`. */
import { type Command, Option } from "commander";
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
  readonly pty?: boolean;
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
    .option("--pty", "run it in a terminal, with this terminal's size and keys")
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
