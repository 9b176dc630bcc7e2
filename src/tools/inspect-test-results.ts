/** `inspect_test_results`: each test of a run that has ended, also after a restart. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { newTag, resultIdOf } from "../base/ids.ts";
import type { TestFindings } from "../findings/findings.ts";
import { readTestCases } from "../findings/test-cases.ts";
import { alias, reportHeadline } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import { planArtifacts } from "../output/artifacts.ts";
import type { Session } from "../session/session.ts";
import { renderTestPage } from "../session/test-page-text.ts";
import { testToWire } from "./findings-wire.ts";
import { type ResolvedHandle, resolveHandle } from "./resolve-handle.ts";
import { defineTool } from "./tool.ts";

export const inspectTestResults = defineTool({
  name: "inspect_test_results",
  description:
    "The single tests of a run_test that has ended: name, status, message, place. Failing ones unless told otherwise.",
  input: z.strictObject({
    result_handle: z.string().min(1).describe("result_handle of a run_test, or its handle id or alias (h7)."),
    include_passing: z.boolean().default(false).describe("Passed and skipped ones too."),
    offset: z.int().min(0).default(0).describe("Tests to skip, of those that are asked for."),
    limit: z.int().min(1).max(1_000).default(200).describe("Tests at most; next_offset goes on."),
  }),
  run: async (input, { session }) => {
    const found = await resolveHandle(session, input.result_handle, "result_handle");
    const { report, number } = await endedTestRun(found, session);
    const { findings } = report;
    if (findings?.kind !== "tests") throw noTests(alias(number));
    const { directory } = planArtifacts(session.parts.artifactsRoot, report.handleId, true);
    const { include_passing: includePassing, offset, limit } = input;
    // A run of no tests has no file of them.
    const none = { tests: [], total: 0 };
    const page = isEmpty(findings) ? none : await readTestCases(directory, { includePassing, offset, limit });
    // Nothing was understood, which the headline says: that is not the same as none.
    const shown = findings.summary === null ? "" : renderTestPage({ ...page, offset, includePassing }, newTag);
    return {
      status: "ok",
      data: {
        result_handle: resultIdOf(report.handleId),
        handle_id: report.handleId,
        alias: alias(number),
        ...(findings.summary === null ? {} : { summary: { ...findings.summary } }),
        results_complete: findings.complete,
        results_problem: findings.problem,
        tests: page.tests.map(testToWire),
        offset,
        total: page.total,
        next_offset: offset + page.tests.length < page.total ? offset + page.tests.length : null,
      },
      text: [reportHeadline(report, { alias: number }), shown].filter((part) => part !== "").join("\n"),
    };
  },
});

async function endedTestRun(found: ResolvedHandle, session: Session): Promise<{ report: Report; number: number }> {
  if (found.where === "ended") {
    const { report, record } = found;
    if (record.artifacts !== "expired") return { report, number: record.alias };
    throw new LonghandError("not_found", `${alias(record.alias)}: its results were freed by retention`, {
      param: "result_handle",
      details: { artifacts: "expired" },
    });
  }
  const number = found.where === "here" ? found.handle.alias : found.record.alias;
  // It has ended and only its record is on its way.
  if (found.where === "here" && found.handle.phase === "ended") return { report: await found.handle.ended, number };
  const how = session.parts.settings.injectsInbox ? "they arrive with its end" : `wait_command ${alias(number)} first`;
  throw new LonghandError("conflict", `${alias(number)} still runs, its results are not there yet: ${how}`, {
    param: "result_handle",
    retryable: true,
  });
}

function isEmpty({ summary }: TestFindings): boolean {
  return summary === null || summary.passed + summary.failed + summary.skipped === 0;
}

function noTests(name: string): LonghandError {
  return new LonghandError("invalid_parameter", `${name} was not started by run_test: it has no test results`, {
    param: "result_handle",
    details: { expected: "the result_handle of a run_test", got: name },
  });
}
