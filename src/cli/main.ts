/** The command line: names and flags of every command. What a command does is loaded when it is asked for. */
import { Command } from "commander";
import { LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";
import { packageVersion } from "../base/package-version.ts";
import { exitCodes } from "./exit-codes.ts";
import { reportFailure } from "./failure.ts";
import { withGlobalFlags } from "./options.ts";
import { withRunFlags } from "./run-flags.ts";
import { tolerateClosedOutput } from "./terminal.ts";

/** Resolves with the exit code; never rejects. `argv` is what follows the program's name. */
export async function main(argv: readonly string[]): Promise<number> {
  tolerateClosedOutput();
  const exit = { code: exitCodes.ok as number };
  try {
    if (argv.length === 0) return await main(["--help"]);
    await createProgram((code) => {
      exit.code = code;
    }).parseAsync(argv, { from: "user" });
    return exit.code;
  } catch (error) {
    return reportFailure(error, { json: asksForJson(argv) });
  }
}

/** When the flags could not be parsed, how to say so is still the user's choice. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end === -1 ? undefined : end).includes("--json");
}

function createProgram(exitWith: (code: number) => void): Command {
  const program = withGlobalFlags(new Command("longhand"))
    .description("Runs commands for AI agents: a handle at once, the result in the inbox, nothing left running.")
    .version(packageVersion(), "-V, --version")
    .helpCommand(false)
    .addHelpText("after", examples)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  const add = (name: string, summary: string): Command =>
    withGlobalFlags(program.command(name)).summary(summary).description(summary);

  withRunFlags(add("run", "run a command in the foreground and stop whatever it leaves behind"))
    .passThroughOptions()
    .action(async (words: string[], _flags: unknown, command: Command) => {
      const { run } = await import("./run.ts");
      exitWith(await run(words, command.optsWithGlobals()));
    });
  add("demo", "an agent at work in ten seconds: scripted, no key, no network")
    .argument("[command...]", "use this command for the background job")
    .passThroughOptions()
    .action(async (words: string[], _flags: unknown, command: Command) => {
      const { demo } = await import("./demo.ts");
      exitWith(await demo(words, command.optsWithGlobals()));
    });
  add("doctor", "what this machine can do, and every setting with its origin")
    .option("--json", "as one JSON object")
    .action(async (_flags: unknown, command: Command) => {
      const { doctor } = await import("./doctor.ts");
      exitWith(await doctor(command.optsWithGlobals()));
    });
  add("shells", "the shells of this machine, and which one runs a text that names none")
    .option("--json", "as one JSON object")
    .action(async (_flags: unknown, command: Command) => {
      const { shells } = await import("./shells.ts");
      exitWith(await shells(command.optsWithGlobals()));
    });
  add("bridge", "serve JSON-RPC 2.0 on stdin and stdout, one object per line").action(
    async (_flags: unknown, command: Command) => {
      const { bridge } = await import("./bridge.ts");
      exitWith(await bridge(command.optsWithGlobals()));
    },
  );
  program
    .command("help")
    .summary("explain a command")
    .argument("[command]")
    .action((name?: string) => commandNamed(program, name).outputHelp());
  return program;
}

function commandNamed(program: Command, name: string | undefined): Command {
  if (name === undefined) return program;
  const names = program.commands.map((command) => command.name());
  const command = program.commands[names.indexOf(name)];
  if (command !== undefined) return command;
  throw new LonghandError("invalid_parameter", `unknown command '${name}' (${spellingHint(name, names)})`);
}

const examples = `
Examples:
  longhand run -- npm test                    live output, the exit code of npm test
  longhand run --timeout 90s -- make -j8      stopped after 90 s with everything it started
  longhand run --shell 'make | tee log'       a shell text
  longhand demo                               see it work

Exit codes: the command's own; 128+n ended by signal n; 124 timed out; 125 longhand failed;
126 not executable; 127 not found; 2 wrong usage.`;
