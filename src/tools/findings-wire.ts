/** Findings in the words of the wire. */
import { resultIdOf } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Diagnostic, Findings, Inspection, TestCase } from "../findings/findings.ts";

/** The fields that findings add to a result; none without. */
export function findingsToWire(findings: Findings | null | undefined, handleId: string): JsonObject {
  // Records of older versions have none.
  if (findings == null) return {};
  if (findings.kind === "build") {
    const { diagnostics, counts, complete } = findings;
    return {
      diagnostics: diagnostics.map(diagnosticToWire),
      diagnostic_counts: { ...counts },
      diagnostics_complete: complete,
    };
  }
  return {
    result_handle: resultIdOf(handleId),
    // Absent rather than zero: nothing in the output was a test result.
    ...(findings.summary === null ? {} : { summary: { ...findings.summary } }),
    failures: findings.failures.map(testToWire),
    result_format: findings.format,
    results_complete: findings.complete,
    results_problem: findings.problem,
  };
}

/** What a running answer says of the findings to come. */
export function inspectionToWire(inspection: Inspection | null, handleId: string): JsonObject {
  return inspection?.kind === "tests" ? { result_handle: resultIdOf(handleId) } : {};
}

export function testToWire({ name, status, durationMs, message, stdout, stderr, path, line }: TestCase): JsonObject {
  return { name, status, duration_ms: durationMs, message, stdout, stderr, path, line };
}

function diagnosticToWire(diagnostic: Diagnostic): JsonObject {
  return { ...diagnostic };
}
