/** Projects whose manifest names the commands: package.json with one of its package managers, and deno.json with its tasks. */

import { resolve } from "node:path";
import { isRecord } from "../base/json.ts";
import {
  type BuildOptions,
  type BuildPlan,
  given,
  noCommand,
  refused,
  type TestOptions,
  type TestPlan,
} from "./plan.ts";
import { bunTest, denoTest, ownFilter, type RunnerArguments, runnerArguments } from "./script-runners.ts";
import { scriptCommand } from "./script-words.ts";
import type { Ecosystem, Workspace } from "./workspace.ts";

/** How a script is run with arguments. Only npm keeps those that look like options to itself unless `--` is in front. */
const runScript: Readonly<Partial<Record<Ecosystem, (name: string, args: readonly string[]) => string[]>>> = {
  npm: (name, args) => [
    ...(name === "test" ? ["npm", "test"] : ["npm", "run", name]),
    ...(args.length > 0 ? ["--"] : []),
    ...args,
  ],
  pnpm: (name, args) => ["pnpm", "run", name, ...args],
  yarn: (name, args) => ["yarn", "run", name, ...args],
  // `bun test` is Bun's own runner, whatever the script is.
  bun: (name, args) => ["bun", "run", name, ...args],
  deno: (name, args) => ["deno", "task", name, ...args],
};

export function scriptTestPlan(workspace: Workspace, { filter, reportPath }: TestOptions): TestPlan {
  const options = { filter: given(filter), reportPath };
  const script = scriptsOf(workspace, "tests").get("test");
  if (script === undefined || isPlaceholder(script)) {
    const own = ownRunner(workspace.ecosystem, options);
    if (own === null) throw noScript(workspace, "test", "tests");
    return planOf(own.argv, own.runner, workspace.cwd);
  }
  const command = scriptCommand(script);
  const runner = runnerArguments(command, options);
  if (options.filter !== null) refuseFilter(script, runner, ownFilter(command));
  return planOf(run(workspace.ecosystem, "test", runner?.args ?? []), runner, workspace.cwd);
}

function refuseFilter(script: string, runner: RunnerArguments | null, own: string | null): void {
  const problem = runner === null ? "is not known to take one" : own === null ? null : `has its own (${own})`;
  if (problem === null) return;
  const why = `the script "test" (${JSON.stringify(script)}) ${problem}`;
  throw refused("filter", `filter cannot be passed on: ${why}. Give argv with the runner's own option.`);
}

export function scriptBuildPlan(workspace: Workspace, { target, release }: BuildOptions): BuildPlan {
  if (release === true) {
    throw refused("release", `release has no meaning for the scripts of ${fileOf(workspace)}; name one in target.`);
  }
  const name = given(target) ?? "build";
  if (!scriptsOf(workspace, "build").has(name)) throw noScript(workspace, name, "build");
  return { argv: run(workspace.ecosystem, name, []), inspection: { kind: "build", format: "auto" } };
}

/** Null unless the tool has a runner of its own, which needs no script. */
function ownRunner(ecosystem: Ecosystem, options: { filter: string | null; reportPath: string }) {
  if (ecosystem === "bun") return { argv: ["bun", "test", ...bunTest(options).args], runner: bunTest(options) };
  if (ecosystem === "deno") return { argv: ["deno", "test", ...denoTest(options).args], runner: denoTest(options) };
  return null;
}

/** Scripts run in the folder of their manifest. */
function planOf(argv: readonly string[], runner: RunnerArguments | null, cwd: string): TestPlan {
  const report = runner?.report ?? null;
  const format = runner?.format ?? "auto";
  return { argv, inspection: { kind: "tests", format, reportPath: report === null ? null : resolve(cwd, report) } };
}

function run(ecosystem: Ecosystem, name: string, args: readonly string[]): string[] {
  return runScript[ecosystem]?.(name, args) ?? ["npm", "run", name, "--", ...args];
}

/** What `npm init` writes. */
function isPlaceholder(script: string): boolean {
  return script.includes("Error: no test specified");
}

function fileOf({ ecosystem, manifest }: Workspace): string {
  return ecosystem === "deno" ? manifest : "package.json";
}

function scriptsOf(workspace: Workspace, purpose: "tests" | "build"): ReadonlyMap<string, string> {
  const file = fileOf(workspace);
  const isDeno = workspace.ecosystem === "deno";
  const text = workspace.files.readText(file);
  const manifest = text === null ? null : parsed(text);
  if (!isRecord(manifest)) {
    // Bun and Deno need no scripts, and deno.jsonc may have comments: their own commands do without what cannot be read.
    if (isDeno || (workspace.ecosystem === "bun" && text === null)) return new Map();
    const state = text === null ? "is not there" : manifest === undefined ? "is not valid JSON" : "is not an object";
    throw noCommand(`${workspace.manifest} was found, but ${file} ${state}.`, purpose);
  }
  const scripts = manifest[isDeno ? "tasks" : "scripts"];
  const entries = isRecord(scripts) ? Object.entries(scripts) : [];
  return new Map(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

function noScript(workspace: Workspace, name: string, purpose: "tests" | "build") {
  const known = [...scriptsOf(workspace, purpose)].filter(([, script]) => !isPlaceholder(script)).map(([key]) => key);
  const others = known.length === 0 ? "it has none at all" : `it has ${known.slice(0, 30).join(", ")}`;
  const script = scriptsOf(workspace, purpose).get(name);
  if (script !== undefined) {
    const what = `is what npm init writes (${JSON.stringify(script.slice(0, 100))}), which runs no tests`;
    return noCommand(
      `The script "${name}" of ${fileOf(workspace)} ${what}${known.length === 0 ? "" : ` (${others})`}.`,
      purpose,
    );
  }
  return noCommand(`${fileOf(workspace)} has no script "${name}" (${others}).`, purpose);
}

/** Undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
