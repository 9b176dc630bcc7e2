/** The test runners that a script of a manifest may run, and the arguments that make them run once and write their results down. */

import type { TestPlan } from "./plan.ts";
import type { ScriptCommand } from "./script-words.ts";

export interface RunnerArguments {
  /** To be appended to the script. */
  readonly args: readonly string[];
  readonly format: TestPlan["inspection"]["format"];
  /** Whether `reportPath` will be written. */
  readonly reports: boolean;
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
  const reports = !args.some((arg) => arg.startsWith("--outputFile"));
  const report = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${reportPath}`];
  return {
    args: ["--run", ...(reports ? report : []), ...option("--testNamePattern", filter)],
    format: "vitest",
    reports,
  };
}

function jest({ args }: ScriptCommand, { filter, reportPath }: RunnerOptions): RunnerArguments {
  const reports = !args.some((arg) => arg.startsWith("--outputFile"));
  const once = args.some((arg) => arg.startsWith("--watch")) ? ["--watch=false", "--watchAll=false"] : [];
  const report = reports ? ["--json", `--outputFile=${reportPath}`] : [];
  return { args: [...once, ...report, ...option("--testNamePattern", filter)], format: "auto", reports };
}

/** jest in a wrapper that watches unless it is told not to. */
function reactScripts({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  if (args[0] !== "test") return null;
  const plan = jest({ program: "jest", args: args.slice(1) }, options);
  return { ...plan, args: ["--watchAll=false", ...plan.args.filter((arg) => !arg.startsWith("--watch"))] };
}

/** Options of Node's whose value is the next word. */
const withValue = new Set(["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"]);

/**
 * Node reads its options up to the first file, so they can be appended only where none is named. (NODE_OPTIONS would reach Node
 * in any place, and every Node that a test starts besides: a test run within a test would write over the results.) With files
 * named, the results are read from the output.
 */
function node({ args }: ScriptCommand, { filter, reportPath }: RunnerOptions): RunnerArguments | null {
  if (!args.includes("--test")) return null;
  const names = args.some((arg, index) => !arg.startsWith("-") && !withValue.has(args[index - 1] ?? ""));
  if (names) return null;
  const reports = !args.some((arg) => arg.startsWith("--test-reporter"));
  const report = [
    "--test-reporter=junit",
    `--test-reporter-destination=${reportPath}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
  ];
  const pattern = option("--test-name-pattern", filter);
  return { args: [...(reports ? report : []), ...pattern], format: reports ? "node" : "auto", reports };
}

function bun({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  return args[0] === "test" ? bunTest(options) : null;
}

export function bunTest({ filter, reportPath }: RunnerOptions): RunnerArguments {
  const args = ["--reporter=junit", `--reporter-outfile=${reportPath}`, ...option("--test-name-pattern", filter)];
  return { args, format: "auto", reports: true };
}

function deno({ args }: ScriptCommand, options: RunnerOptions): RunnerArguments | null {
  return args[0] === "test" ? denoTest(options) : null;
}

export function denoTest({ filter, reportPath }: RunnerOptions): RunnerArguments {
  return { args: [`--junit-path=${reportPath}`, ...option("--filter", filter)], format: "auto", reports: true };
}

/** As one word, so that a value with a dash in front is a value. */
function option(name: string, value: string | null): string[] {
  return value === null ? [] : [`${name}=${value}`];
}
