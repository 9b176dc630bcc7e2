import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { receiptLines } from "../../../src/cli/demo/receipt-lines.ts";
import { exitCodeOfError, exitCodeOfRun, exitCodes } from "../../../src/cli/exit-codes.ts";
import type { CleanupData, RunData } from "../../../src/cli/run-data.ts";
import { summaryOf } from "../../../src/cli/run-summary.ts";

const found = (name: string, pid: number, ...signals: string[]) => ({ command_name: name, pid, signals });
const left = (name: string, pid: number, reason: string) => ({ command_name: name, pid, reason });

function cleanup(facts: Partial<CleanupData> = {}): CleanupData {
  const { processes = [], survivors = [] } = facts;
  const number = processes.length;
  return {
    processes,
    found_count: number + survivors.length,
    stopped_count: number,
    survivors,
    complete: true,
    ...facts,
  };
}

function data(facts: Partial<RunData> = {}): RunData {
  return {
    outcome: "exited",
    exit_code: 0,
    signal: null,
    ended_by: { cause: "exit", by: "command", reason: null },
    duration_ms: 1_000,
    stdout_path: null,
    stderr_path: null,
    stdout_byte_count: 0,
    stderr_byte_count: 0,
    output_incomplete: false,
    write_error: null,
    process_cleanup: cleanup(),
    ...facts,
  };
}

describe("the line after a run", () => {
  it("is not there when there is nothing to say", () => {
    expect(summaryOf(data())).toBeNull();
    expect(summaryOf(data({ outcome: "signaled", signal: "SIGSEGV" }))).toBeNull();
  });

  it("says who was stopped, how, and who is left", () => {
    const processes = [found("sleep", 1, "SIGTERM"), found("sh", 2, "SIGTERM", "SIGKILL"), found("sh", 3, "SIGTERM")];
    const cancelled = (facts: Partial<CleanupData>) =>
      summaryOf(data({ outcome: "cancelled", process_cleanup: cleanup(facts) }));
    expect(cancelled({ processes })).toBe("stopped sleep and 2 more (1 of them by SIGKILL), nobody is left");
    expect(cancelled({ processes: [found("sh", 2, "SIGKILL")] })).toBe("stopped sh (by SIGKILL), nobody is left");
    expect(cancelled({})).toBe("stopped, nobody is left");
    expect(cancelled({ processes, survivors: [left("su", 9, "not_permitted")] })).toContain("still alive: su 9");
    expect(cancelled({ complete: false })).toContain("cut off by its deadline");
  });

  it("names leftovers of a command that ended by itself, stopped and kept", () => {
    const processes = [found("sleep", 5, "SIGTERM"), found("gone", 6)];
    expect(summaryOf(data({ process_cleanup: cleanup({ processes, stopped_count: 1 }) }))).toBe(
      "stopped 1 leftover (sleep 5)",
    );
    const kept = cleanup({ survivors: [left("node", 7, "kept")] });
    expect(summaryOf(data({ process_cleanup: kept, output_incomplete: true }))).toBe(
      "kept node 7; the output may be incomplete: somebody who is left still holds it",
    );
  });

  it("says what tests and a build found, and what is wrong with that", () => {
    const summary = { passed: 2, failed: 1, skipped: 0 };
    const told = (facts: Partial<RunData>) => summaryOf(data({ result_handle: "htr-x", ...facts }));
    expect(told({ summary, results_complete: true, results_problem: null })).toBe("1 failed, 2 passed");
    expect(told({ summary, results_problem: "report: line 3:\n\u001bx" })).toBe(
      "1 failed, 2 passed (report: line 3: x)",
    );
    expect(told({ results_complete: false, results_problem: "given up" })).toBe(
      "no test results found in the output (not all of it was read: given up)",
    );
    expect(told({ summary: { passed: 0, failed: 0, skipped: 0 } })).toBe("no tests ran");
    const counts = { error: 0, warning: 0 };
    expect(summaryOf(data({ diagnostic_counts: counts, diagnostics_complete: true }))).toBeNull();
    expect(summaryOf(data({ diagnostic_counts: counts, diagnostics_complete: false }))).toBe(
      "0 errors, 0 warnings (not all of it was read)",
    );
  });

  it("says when the disk did not take all of the output", () => {
    expect(summaryOf(data({ write_error: { errno: "ENOSPC" } }))).toContain("does not have all of the output (ENOSPC)");
  });

  it("prints nothing of a process's name that a terminal would act on", () => {
    const processes = [found("\u001b[2Jevil\n", 5, "SIGTERM")];
    expect(summaryOf(data({ outcome: "cancelled", process_cleanup: cleanup({ processes }) }))).toBe(
      "stopped [2Jevil, nobody is left",
    );
  });
});

describe("the exit code", () => {
  it("is the command's, 128 + n, or one of ours", () => {
    expect(exitCodeOfRun(data({ exit_code: 7 }))).toBe(7);
    expect(exitCodeOfRun(data({ outcome: "signaled", exit_code: -1, signal: "SIGKILL" }))).toBe(137);
    expect(exitCodeOfRun(data({ outcome: "timed_out", exit_code: 0 }))).toBe(124);
    expect(exitCodeOfRun(data({ outcome: "output_limit", exit_code: 0 }))).toBe(125);
    expect(exitCodeOfRun(data({ outcome: "cancelled", exit_code: 0 }))).toBe(143);
    expect(exitCodeOfError(new LonghandError("invalid_parameter", ""))).toBe(2);
    expect(exitCodeOfError(new LonghandError("spawn_failed", "", { details: { errno: "ENOENT" } }))).toBe(127);
    expect(exitCodeOfError(new LonghandError("spawn_failed", "", { details: { errno: "EACCES" } }))).toBe(126);
    expect(exitCodeOfError(new LonghandError("capacity", ""))).toBe(125);
  });

  it("has a row in docs/cli.md", () => {
    const text = readFileSync("docs/cli.md", "utf8");
    const { signalBase, ...codes } = exitCodes;
    for (const code of Object.values(codes)) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
    expect(text).toContain(`| ${signalBase} + n |`);
  });
});

describe("a receipt for people", () => {
  it("has one line for each program and fate", () => {
    const processes = [found("sh", 1, "SIGTERM", "SIGKILL"), found("sh", 2, "SIGTERM", "SIGKILL"), found("cc", 3)];
    expect(receiptLines(cleanup({ processes, stopped_count: 2, survivors: [left("su", 9, "not_permitted")] }))).toEqual(
      ["2 x sh: SIGTERM, then SIGKILL", "1 x cc: ended by itself", "4 found, 2 stopped, 1 left: su 9 (not_permitted)"],
    );
  });
});
