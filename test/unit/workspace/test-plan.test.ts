import { describe, expect, it } from "vitest";
import type { Inspection } from "../../../src/findings/findings.ts";
import { testPlan } from "../../../src/workspace/plans.ts";
import { workspaceOf } from "../../support/workspace-of.ts";

const reportPath = "/reports/r";
const plan = (files: Readonly<Record<string, string>>, filter: string | null = null) =>
  testPlan(workspaceOf(files), { filter, reportPath });

/** Files, filter, the words of the command, the format, whether a report is written. */
const plans: readonly [Record<string, string>, string | null, string, string, boolean][] = [
  [{ "Cargo.toml": "" }, null, "cargo test --no-fail-fast", "libtest", false],
  [{ "Cargo.toml": "" }, "adds", "cargo test --no-fail-fast adds", "libtest", false],
  [{ "Package.swift": "" }, "Sum", "swift test --filter Sum", "auto", false],
  [{ "go.mod": "" }, null, "go test -json ./...", "go_json", false],
  [{ "go.mod": "" }, "TestA", "go test -json -run=TestA ./...", "go_json", false],
  [{ "pyproject.toml": "" }, "adds", "pytest --junit-xml=/reports/r -k adds", "pytest", true],
  [{ "setup.py": "" }, null, "pytest --junit-xml=/reports/r", "pytest", true],
  [{ "uv.lock": "" }, null, "uv run pytest --junit-xml=/reports/r", "pytest", true],
  [{ "poetry.lock": "" }, "x", "poetry run pytest --junit-xml=/reports/r -k x", "pytest", true],
  [{ Gemfile: "" }, null, "bundle exec rake test", "auto", false],
  [{ Gemfile: "", ".rspec": "" }, "adds", "bundle exec rspec --example adds", "auto", false],
  [{ "composer.json": "" }, "A", "./vendor/bin/phpunit --log-junit /reports/r --filter A", "auto", true],
  [{ "build.gradle": "", gradlew: "" }, "*Sum*", "./gradlew test --tests *Sum*", "auto", false],
  [{ "build.gradle.kts": "" }, null, "gradle test", "auto", false],
  [{ "pom.xml": "" }, "SumTest", "mvn -B test -Dtest=SumTest", "auto", false],
  [{ "pom.xml": "", mvnw: "" }, null, "./mvnw -B test", "auto", false],
  [{ "a.sln": "" }, "Name~x", "dotnet test --filter Name~x", "auto", false],
  [
    { "CMakeLists.txt": "", "build/CMakeCache.txt": "" },
    "sum",
    "ctest --test-dir build --output-on-failure -R sum",
    "auto",
    false,
  ],
  [{ "CMakeLists.txt": "", "CMakeCache.txt": "" }, null, "ctest --test-dir . --output-on-failure", "auto", false],
  [{ Makefile: "all: x\ntest: all\n\t./t\n" }, null, "make test", "auto", false],
  [{ Makefile: ".PHONY: check\nall check clean:\n\t./t\n" }, null, "make check", "auto", false],
];

describe("testPlan", () => {
  it.each(plans.map(([files, filter, words, format, reports]) => ({ files, filter, words, format, reports })))(
    "$words",
    ({ files, filter, words, format, reports }) => {
      const { argv, inspection } = plan(files, filter);
      expect(argv).toEqual(words.split(" "));
      // What is planned is what the readers take.
      const read: Inspection = inspection;
      expect(read).toEqual({ kind: "tests", format, reportPath: reports ? reportPath : null });
    },
  );

  it("takes an empty filter for none", () => {
    expect(plan({ "go.mod": "" }, "").argv).toEqual(["go", "test", "-json", "./..."]);
  });

  it("keeps a filter in one word", () => {
    expect(plan({ "pyproject.toml": "" }, "adds and not slow").argv.at(-1)).toBe("adds and not slow");
    expect(plan({ "go.mod": "" }, "-v").argv).toContain("-run=-v");
  });

  it("does not let a filter pass for an option", () => {
    expect(() => plan({ "Cargo.toml": "" }, "--release")).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "filter" }),
    );
  });

  it.each([
    { files: { Makefile: "test:\n\t./t\n" }, why: "make test" },
    { files: { Gemfile: "" }, why: "rake" },
  ])("refuses a filter that cannot be passed on: $why", ({ files, why }) => {
    expect(() => plan(files, "x")).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "filter", message: expect.stringContaining(why) }),
    );
  });

  it.each([
    { files: { Makefile: "all:\n\t./a\ntest := 1\n# test: x\n" }, why: "no target test or check" },
    { files: { "CMakeLists.txt": "" }, why: "cmake -S . -B build" },
  ])("says what is missing: $why", ({ files, why }) => {
    expect(() => plan(files)).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "argv", message: expect.stringContaining(why) }),
    );
  });
});
