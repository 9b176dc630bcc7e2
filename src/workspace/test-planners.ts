/** For each ecosystem, the command that runs the tests and how its results are read. */
import { buildDirectory } from "./cmake.ts";
import { makeTargets } from "./makefile.ts";
import { given, noCommand, plainWord, refused, type TestOptions, type TestPlan } from "./plan.ts";
import { scriptTestPlan } from "./scripts.ts";
import type { Ecosystem, Workspace } from "./workspace.ts";

type Format = TestPlan["inspection"]["format"];

const plan = (argv: readonly string[], format: Format = "auto", reportPath: string | null = null): TestPlan => ({
  argv,
  inspection: { kind: "tests", format, reportPath },
});

/** An option and its value in one word, or nothing; a value with a dash in front stays a value. */
function option(prefix: string, { filter }: TestOptions): string[] {
  const value = given(filter);
  return value === null ? [] : [`${prefix}${value}`];
}

/** As two words. */
function optionPair(name: string, { filter }: TestOptions): string[] {
  const value = given(filter);
  return value === null ? [] : [name, plainWord("filter", value)];
}

const pytest =
  (...starter: readonly string[]) =>
  (_: Workspace, options: TestOptions): TestPlan => {
    const { reportPath } = options;
    const argv = [...starter, "pytest", `--junit-xml=${reportPath}`, ...optionPair("-k", options)];
    return plan(argv, "pytest", reportPath);
  };

export const testPlanners: Readonly<Record<Ecosystem, (workspace: Workspace, options: TestOptions) => TestPlan>> = {
  cargo: (_, options) => {
    const filter = given(options.filter);
    // Without --no-fail-fast cargo ends after the first binary that has a failure, and the results of the others are missing.
    const argv = ["cargo", "test", "--no-fail-fast"];
    return plan(filter === null ? argv : [...argv, plainWord("filter", filter)], "libtest");
  },
  swift: (_, options) => plan(["swift", "test", ...optionPair("--filter", options)]),
  go: (_, options) => plan(["go", "test", "-json", ...option("-run=", options), "./..."], "go_json"),
  pnpm: scriptTestPlan,
  yarn: scriptTestPlan,
  bun: scriptTestPlan,
  npm: scriptTestPlan,
  deno: scriptTestPlan,
  uv: pytest("uv", "run"),
  poetry: pytest("poetry", "run"),
  pip: pytest(),
  bundler: bundlerPlan,
  composer: (_, options) => {
    const argv = ["./vendor/bin/phpunit", "--log-junit", options.reportPath, ...optionPair("--filter", options)];
    return plan(argv, "auto", options.reportPath);
  },
  // Gradle and Maven write one file per class into folders of their own.
  gradle: ({ files }, options) =>
    plan([wrapped(files, "gradlew", "gradle"), "test", ...optionPair("--tests", options)]),
  maven: ({ files }, options) => plan([wrapped(files, "mvnw", "mvn"), "-B", "test", ...option("-Dtest=", options)]),
  dotnet: (_, options) => plan(["dotnet", "test", ...optionPair("--filter", options)]),
  cmake: (workspace, options) => {
    const directory = buildDirectory(workspace.files, "tests");
    // Its JUnit report does not say why a test failed: a timeout, a signal and an exit code look alike there.
    return plan(["ctest", "--test-dir", directory, "--output-on-failure", ...optionPair("-R", options)]);
  },
  make: makePlan,
};

function bundlerPlan({ files }: Workspace, options: TestOptions): TestPlan {
  if (files.exists(".rspec")) return plan(["bundle", "exec", "rspec", ...optionPair("--example", options)]);
  if (given(options.filter) === null) return plan(["bundle", "exec", "rake", "test"]);
  throw refused("filter", "filter cannot be passed through rake. Give argv, e.g. ruby -Itest with a file and --name.");
}

function makePlan({ files, manifest }: Workspace, options: TestOptions): TestPlan {
  const targets = makeTargets(files);
  const target = ["test", "check", "tests"].find((name) => targets.has(name));
  if (target === undefined) throw noCommand(`${manifest} has no target test or check.`, "tests");
  if (given(options.filter) === null) return plan(["make", target]);
  throw refused("filter", `filter cannot be passed through make ${target}. Give argv with what the target runs.`);
}

/** The project's own wrapper fixes the version of the tool. */
export function wrapped(files: Workspace["files"], wrapper: string, tool: string): string {
  return files.exists(wrapper) ? `./${wrapper}` : tool;
}
