/** What was found in the output of a test run or a build. JSON-safe and bounded: it is part of the report. */

/** `errored`: it could not even run (a failing fixture, an exception outside of an assertion). Counts as failed. */
export type TestStatus = "passed" | "failed" | "skipped" | "errored";

export interface TestCase {
  /** As people name it: `suite::name`, `describe > it`, `TestFoo/bar`. */
  readonly name: string;
  readonly status: TestStatus;
  readonly durationMs: number | null;
  /** Why it failed or was skipped. */
  readonly message: string | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
  readonly path: string | null;
  readonly line: number | null;
}

export interface TestSummary {
  readonly passed: number;
  /** Errored ones included. */
  readonly failed: number;
  readonly skipped: number;
}

export interface TestFindings {
  readonly kind: "tests";
  /** How it was understood: `junit`, `libtest`, `go_json`, `tap`, …; null when nothing in the output was a test result. */
  readonly format: string | null;
  /** Null when nothing was understood. */
  readonly summary: TestSummary | null;
  /** The first ones that failed, their texts cut; all tests are in `tests.jsonl` beside the artifacts. */
  readonly failures: readonly TestCase[];
  /** False when it was given up before its end: too long, or the disk. */
  readonly complete: boolean;
  /** What could not be understood and why, e.g. broken XML: one line. */
  readonly problem: string | null;
}

export type Severity = "error" | "warning" | "note" | "help";

export interface Diagnostic {
  readonly severity: Severity;
  readonly message: string;
  readonly path: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  /** The tool's own name of the rule: `E0308`, `TS2322`, `no-unused-vars`. */
  readonly code: string | null;
}

export interface BuildFindings {
  readonly kind: "build";
  /** The first ones, errors before the rest, texts cut. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of all, listed or not. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly complete: boolean;
}

export type Findings = TestFindings | BuildFindings;

/** What to look for when the command has ended. JSON-safe: it is placed with the handle. */
export type Inspection =
  | {
      readonly kind: "tests";
      /** How the output is written; `auto` looks for anything known. */
      readonly format: TestFormat | "auto";
      /** A file that the runner writes (JUnit XML or JSON), absolute; read instead of the output when it is there. */
      readonly reportPath: string | null;
    }
  | { readonly kind: "build"; readonly format: BuildFormat | "auto" };

/** `go`: the text of `go test -v`. `jest`: the JSON of jest and of vitest's json reporter. */
export type TestFormat = "junit" | "libtest" | "go" | "go_json" | "tap" | "node" | "jest" | "pytest" | "vitest";

export type BuildFormat = "cargo" | "go" | "tsc" | "eslint" | "gcc";
