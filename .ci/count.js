/**
 * Reads Vitest's JSON report and prints the line that ends a CI run: `N passed, N failed`.
 * A skipped test counts as failed here and is named, and so does a file that could not be loaded: neither proved anything.
 */
import { readFileSync } from "node:fs";

const [reportPath = "", ...failedChecks] = process.argv.slice(2);

const { passed, problems } = count(readReport(reportPath));
// An unhandled error between tests fails the run without failing a test in the report.
if (problems.length === 0 && failedChecks.includes("npm test"))
  problems.push("failed: the test run, see its output above");
for (const problem of [...problems, ...failedChecks.map((check) => `check failed: ${check}`)]) console.log(problem);
console.log(`${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length + failedChecks.length > 0 || passed === 0 ? 1 : 0;

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function count(report) {
  if (report === null) return { passed: 0, problems: ["failed: no test report was written"] };
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ file: file.name, ...test })),
  );
  const problems = tests
    .filter((test) => test.status !== "passed")
    .map((test) => `${test.status}: ${test.file} > ${test.fullName}`);
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  for (const file of unloaded) problems.push(`failed: ${file.name}: ${file.message}`);
  return { passed: tests.length - tests.filter((test) => test.status !== "passed").length, problems };
}
