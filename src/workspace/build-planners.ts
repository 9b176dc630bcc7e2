/** For each ecosystem, the command that builds and how its diagnostics are read. */
import { buildDirectory } from "./cmake.ts";
import { type BuildOptions, type BuildPlan, given, plainWord, refused } from "./plan.ts";
import { scriptBuildPlan } from "./scripts.ts";
import { wrapped } from "./test-planners.ts";
import type { Ecosystem, Workspace } from "./workspace.ts";

const plan = (argv: readonly string[], format: BuildPlan["inspection"]["format"] = "auto"): BuildPlan => ({
  argv,
  inspection: { kind: "build", format },
});

function target({ target: value }: BuildOptions): string | null {
  const word = given(value);
  return word === null ? null : plainWord("target", word);
}

function optional(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

/** A tool that has only one way to build. */
const fixed =
  (...argv: readonly string[]) =>
  (_: Workspace, options: BuildOptions): BuildPlan => {
    noRelease(argv, options);
    if (given(options.target) !== null) throw unfit("target", argv);
    return plan(argv);
  };

function noRelease(argv: readonly string[], { release }: BuildOptions): void {
  if (release === true) throw unfit("release", argv);
}

function unfit(param: "target" | "release", argv: readonly string[]) {
  return refused(param, `${argv.join(" ")} has no option for ${param}. Leave it out, or give argv.`);
}

/** Tools that take a target as their last word, or have a usual one, and no releases. */
const worded =
  (fallback: readonly string[], ...argv: readonly string[]) =>
  (_: Workspace, options: BuildOptions): BuildPlan => {
    noRelease(argv, options);
    const word = target(options);
    return plan([...argv, ...(word === null ? fallback : [word])]);
  };

export const buildPlanners: Readonly<Record<Ecosystem, (workspace: Workspace, options: BuildOptions) => BuildPlan>> = {
  cargo: (_, options) => {
    const flags = [...(options.release === true ? ["--release"] : []), ...optional("--target", target(options))];
    return plan(["cargo", "build", "--message-format=json", ...flags], "cargo");
  },
  swift: (_, options) => {
    const flags = [...(options.release === true ? ["-c", "release"] : []), ...optional("--target", target(options))];
    return plan(["swift", "build", ...flags]);
  },
  go: (_, options) => {
    noRelease(["go", "build"], options);
    return plan(["go", "build", target(options) ?? "./..."], "go");
  },
  pnpm: scriptBuildPlan,
  yarn: scriptBuildPlan,
  bun: scriptBuildPlan,
  npm: scriptBuildPlan,
  deno: worded([], "deno", "check"),
  uv: fixed("uv", "build"),
  poetry: fixed("poetry", "build"),
  pip: fixed("python3", "-m", "build"),
  bundler: fixed("bundle", "install"),
  composer: fixed("composer", "install"),
  gradle: (workspace, options) => worded(["build"], wrapped(workspace.files, "gradlew", "gradle"))(workspace, options),
  maven: (workspace, options) => worded(["package"], wrapped(workspace.files, "mvnw", "mvn"), "-B")(workspace, options),
  dotnet: (_, options) => {
    const flags = options.release === true ? ["-c", "Release"] : [];
    const project = target(options);
    return plan(["dotnet", "build", ...(project === null ? [] : [project]), ...flags]);
  },
  cmake: ({ files }, options) => {
    const argv = ["cmake", "--build", buildDirectory(files, "build")];
    // What kind of build it is was decided when it was configured.
    noRelease(argv, options);
    return plan([...argv, ...optional("--target", target(options))]);
  },
  make: worded([], "make"),
};
