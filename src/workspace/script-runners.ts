/** The test runners that a script of a manifest may run, and the arguments that make them run once and write their results down. */

import type { TestPlan } from "./plan.ts";
import type { ScriptCommand } from "./script-words.ts";

export interface RunnerArguments {
  /** To be appended to the script. */
  readonly args: readonly string[];
  readonly format: TestPlan["inspection"]["format"];
  /** The file that will be written: `reportPath`, or the one that the script names itself, relative to its folder. Null: none. */
  readonly report: string | null;
}

export interface RunnerOptions {
  readonly filter: string | null;
  readonly reportPath: string;
}

type Runner = (command: ScriptCommand, options: RunnerOptions) => RunnerArguments | null;

const runners: Readonly<Record<string, Runner>> = {
  vitest,
  jest,
  "react-scripts": reactScripts,
  node,
  tsx: node,
  bun,
  deno,
};

/** Null when it is not known what the script takes: it runs as it is. */
export function runnerArguments(command: ScriptCommand | null, options: RunnerOptions): RunnerArguments | null {
  const runner = command === null || !Object.hasOwn(runners, command.program) ? undefined : runners[command.program];
  return command === null || runner === undefined ? null : runner(command, options);
}

/** Its other commands (`bench`, `list`, `init`) run no tests. What is no command is a pattern for files. */
const vitestOthers = new Set(["bench", "list", "init", "typecheck"]);

/** `--run` ends what the script may leave watching. The default reporter stays: people read the output too. */
function vitest({ args }: ScriptCommand, { filter, reportPath }: RunnerOptions): RunnerArguments | null {
  if (vitestOthers.has(args[0] ?? "")) return null;
  const own = outputFiles(args);
  const report = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${reportPath}`];
  return {
    args: ["--run", ...(own === null ? report : []), ...option("--testNamePattern", filter)],
    format: "vitest",
    report: own === null ? reportPath : reportAmong(own),
  };
}

function jest({ args }: ScriptCommand, { filter, reportPath }: RunnerOptions): RunnerArguments {
  const own = outputFiles(args);
  const once = args.some((arg) => arg.startsWith("--watch")) ? ["--watch=false", "--watchAll=false"] : [];
  return {
    args: [
      ...once,
      ...(own === null ? ["--json", `--outputFile=${reportPath}`] : []),
      ...option("--testNamePattern", filter),
    ],
    format: "auto",
    report: own === null ? reportPath : reportAmong(own),
  };
}

/** jest in a wrapper that watches unless it is told not to. */
function reactScripts({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  if (args[0] !== "test") return null;
  const plan = jest({ program: "jest", args: args.slice(1) }, options);
  return { ...plan, args: ["--watchAll=false", ...plan.args.filter((arg) => !arg.startsWith("--watch"))] };
}

/** Options of Node's whose value is the next word. */
const withValue = new Set([
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--test-name-pattern",
  "--test-skip-pattern",
  "--test-reporter",
  "--test-reporter-destination",
  "--test-concurrency",
  "--test-timeout",
]);

/**
 * Node reads its options up to the first file, so they can be appended only where none is named. (NODE_OPTIONS would reach Node
 * in any place, and every Node that a test starts besides: a test run within a test would write over the results.) With files
 * named, the results are read from the output.
 */
function node({ args }: ScriptCommand, { filter, reportPath }: RunnerOptions): RunnerArguments | null {
  if (!args.includes("--test")) return null;
  const names = args.some((arg, index) => !arg.startsWith("-") && !withValue.has(args[index - 1] ?? ""));
  if (names) return null;
  const isFree = !args.some((arg) => arg.startsWith("--test-reporter"));
  const report = [
    "--test-reporter=junit",
    `--test-reporter-destination=${reportPath}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
  ];
  const pattern = option("--test-name-pattern", filter);
  const own = reportAmong(valuesOf(args, "--test-reporter-destination"));
  return {
    args: [...(isFree ? report : []), ...pattern],
    format: isFree ? "node" : "auto",
    report: isFree ? reportPath : own,
  };
}

function bun({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  return args[0] === "test" ? bunTest(options) : null;
}

export function bunTest({ filter, reportPath }: RunnerOptions): RunnerArguments {
  const args = ["--reporter=junit", `--reporter-outfile=${reportPath}`, ...option("--test-name-pattern", filter)];
  return { args, format: "auto", report: reportPath };
}

function deno({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  return args[0] === "test" ? denoTest(options) : null;
}

export function denoTest({ filter, reportPath }: RunnerOptions): RunnerArguments {
  return { args: [`--junit-path=${reportPath}`, ...option("--filter", filter)], format: "auto", report: reportPath };
}

/** Those that vitest and jest are told to write; null when they are told nothing. */
function outputFiles(args: readonly string[]): readonly string[] | null {
  const isTold = args.some((arg) => arg.startsWith("--outputFile"));
  return isTold ? valuesOf(args, "--outputFile") : null;
}

/** `--name=value`, `--name value`, `--name.junit=value` */
function valuesOf(args: readonly string[], name: string): readonly string[] {
  return args.flatMap((arg, index) => {
    if (!arg.startsWith(name)) return [];
    const at = arg.indexOf("=");
    const value = at === -1 ? args[index + 1] : arg.slice(at + 1);
    return value === undefined || value === "" ? [] : [value];
  });
}

/** One that can be read: JUnit or JSON by its name, and no variable of the shell. */
function reportAmong(files: readonly string[]): string | null {
  return files.find((file) => /\.(?:xml|json)$/.test(file) && !file.includes("$")) ?? null;
}

/** The option by which a script chooses tests itself; with a second one runners take the last, or both. */
export function ownFilter(command: ScriptCommand | null): string | null {
  const found = command?.args.find((arg) => /^(?:-t|--testNamePattern|--test-name-pattern|--filter)(?:=|$)/.test(arg));
  return found?.split("=", 1)[0] ?? null;
}

/** As one word, so that a value with a dash in front is a value. */
function option(name: string, value: string | null): string[] {
  return value === null ? [] : [`${name}=${value}`];
}
