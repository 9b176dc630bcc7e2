/** What a plan is, and how it is refused: with what was looked for and what to give instead. */
import { LonghandError } from "../base/errors.ts";

/** Fits `Inspection` of the findings, which is the reader of what the plan's command prints. */
export interface TestPlan {
  readonly argv: readonly string[];
  readonly inspection: {
    readonly kind: "tests";
    readonly format: "auto" | "libtest" | "go_json" | "node" | "pytest" | "vitest";
    /** The file that the command will write its results to, absolute: ours, or one that a script names. Null when there is none. */
    readonly reportPath: string | null;
  };
}

export interface BuildPlan {
  readonly argv: readonly string[];
  readonly inspection: { readonly kind: "build"; readonly format: "auto" | "cargo" | "go" };
}

export interface TestOptions {
  /** Which tests, in the runner's own terms; null or empty: all. */
  readonly filter?: string | null;
  /** Where the results may be written: absolute, outside of the workspace. */
  readonly reportPath: string;
}

export interface BuildOptions {
  /** What to build, in the tool's own terms: a triple for cargo, a package for go, a script for npm, a target for make. */
  readonly target?: string | null;
  readonly release?: boolean;
}

/** The command cannot be known; `argv` would say it. */
export function noCommand(message: string, purpose: "tests" | "build"): LonghandError {
  const advice = purpose === "tests" ? "the command that runs the tests" : "the command that builds";
  return new LonghandError("invalid_parameter", `${message} Give argv: ${advice}.`, { param: "argv" });
}

/** An option that this command does not have is refused, never ignored. */
export function refused(param: "filter" | "target" | "release", message: string): LonghandError {
  return new LonghandError("invalid_parameter", message, { param });
}

/** A value that stands alone in an argv must not pass for an option. */
export function plainWord(param: "filter" | "target", value: string): string {
  if (!value.startsWith("-")) return value;
  throw refused(param, `${param} must not begin with a dash, got ${JSON.stringify(value)}: options belong in argv.`);
}

/** Absent, null and empty mean the same. */
export function given(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === "" ? null : value;
}
