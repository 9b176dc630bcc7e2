/** What a benchmark says: a table for people on stdout, and the same as JSON under `bench/results` with where and what was measured. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import type { Measured } from "./measure.ts";

interface Environment {
  readonly commit: string;
  /** Whether the working tree differed from that commit. */
  readonly modified: boolean;
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Versions of what was compared: longhand and its rivals. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One line of a result that is not a comparison: a size, a rate, a count. */
export interface Fact {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Budget {
  readonly name: string;
  readonly measured: number;
  /** The limit, and on which side of it `measured` has to be. */
  readonly limit: number;
  readonly sense: "at most" | "at least";
  readonly unit: string;
}

export interface BenchResult {
  readonly bench: string;
  readonly comparisons?: readonly Measured[];
  readonly facts?: readonly Fact[];
  readonly budgets?: readonly Budget[];
}

const root = join(import.meta.dirname, "../..");

function environment(): Environment {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  return {
    commit: git("rev-parse", "--short=12", "HEAD"),
    modified: git("status", "--porcelain", "--untracked-files=no") !== "",
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    versions: {
      longhand: versionIn(root),
      execa: versionIn(join(root, "bench/node_modules/execa")),
      tinyexec: versionIn(join(root, "bench/node_modules/tinyexec")),
    },
  };
}

export function isMet({ measured, limit, sense }: Budget): boolean {
  return sense === "at most" ? measured <= limit : measured >= limit;
}

/** Prints the result, keeps it in `bench/results/<bench>.json`, and returns whether every budget is met. */
export function publish(result: BenchResult): boolean {
  const where = environment();
  console.log(format(result, where));
  const folder = join(root, "bench/results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${result.bench}.json`),
    `${JSON.stringify({ ...result, environment: where }, null, 2)}\n`,
  );
  return (result.budgets ?? []).every(isMet);
}

function format(result: BenchResult, where: Environment): string {
  const versions = Object.entries(where.versions).map(([name, version]) => `${name} ${version}`);
  const machine = `${where.cpu}, ${where.cores} cores, ${where.memoryGiB} GiB, Linux ${where.kernel}, Node ${where.node}`;
  return [
    `\n${result.bench} at ${where.commit}${where.modified ? " (modified)" : ""}: ${versions.join(", ")}`,
    machine,
    ...comparisonTable(result.comparisons ?? []),
    ...(result.facts ?? []).map(({ name, value, unit }) => `${name}: ${round(value)} ${unit}`),
    ...(result.budgets ?? []).map(
      (budget) =>
        `${isMet(budget) ? "met   " : "MISSED"} ${budget.name}: ${round(budget.measured)} ${budget.unit}, ${budget.sense} ${budget.limit}`,
    ),
  ].join("\n");
}

function comparisonTable(comparisons: readonly Measured[]): string[] {
  if (comparisons.length === 0) return [];
  const rows = comparisons.map(({ name, perCall, ratio }) => [
    name,
    round(perCall.median),
    round(perCall.p99),
    ratio === null ? "1" : `${round(ratio.median)} (${round(ratio.low)}-${round(ratio.high)})`,
  ]);
  return columns([["", "p50 ms", "p99 ms", "times the first (middle half of rounds)"], ...rows]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Three significant digits: more would claim a precision that a shared machine does not have. */
function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function versionIn(folder: string): string {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return "not installed";
  }
}
