import { describe, expect, it } from "vitest";
import type { Inspection } from "../../../src/findings/findings.ts";
import type { BuildOptions } from "../../../src/workspace/plan.ts";
import { buildPlan } from "../../../src/workspace/plans.ts";
import { packageJson, workspaceOf } from "../../support/workspace-of.ts";

const scripts = { "package.json": packageJson({ build: "tsc", "build:web": "vite build" }) };
const configured = { "CMakeLists.txt": "", "build/CMakeCache.txt": "" };

const plans: readonly [Record<string, string>, BuildOptions, string, string][] = [
  [{ "Cargo.toml": "" }, {}, "cargo build --message-format=json", "cargo"],
  [
    { "Cargo.toml": "" },
    { release: true, target: "wasm32-wasip1" },
    "cargo build --message-format=json --release --target wasm32-wasip1",
    "cargo",
  ],
  [{ "go.mod": "" }, {}, "go build ./...", "go"],
  [{ "go.mod": "" }, { target: "./cmd/x" }, "go build ./cmd/x", "go"],
  [{ "Package.swift": "" }, { release: true, target: "X" }, "swift build -c release --target X", "auto"],
  [scripts, {}, "npm run build", "auto"],
  [scripts, { target: "build:web" }, "npm run build:web", "auto"],
  [{ ...scripts, "pnpm-lock.yaml": "" }, {}, "pnpm run build", "auto"],
  [{ ...scripts, "yarn.lock": "" }, {}, "yarn run build", "auto"],
  [{ ...scripts, "bun.lockb": "" }, {}, "bun run build", "auto"],
  [{ "deno.json": "{}" }, {}, "deno check", "auto"],
  [{ "deno.json": "{}" }, { target: "main.ts" }, "deno check main.ts", "auto"],
  [{ "uv.lock": "" }, {}, "uv build", "auto"],
  [{ "poetry.lock": "" }, {}, "poetry build", "auto"],
  [{ "pyproject.toml": "" }, {}, "python3 -m build", "auto"],
  [{ Gemfile: "" }, {}, "bundle install", "auto"],
  [{ "composer.json": "" }, {}, "composer install", "auto"],
  [{ "build.gradle": "", gradlew: "" }, {}, "./gradlew build", "auto"],
  [{ "build.gradle": "" }, { target: "assemble" }, "gradle assemble", "auto"],
  [{ "pom.xml": "" }, {}, "mvn -B package", "auto"],
  [{ "x.csproj": "" }, { release: true }, "dotnet build -c Release", "auto"],
  [configured, { target: "app" }, "cmake --build build --target app", "auto"],
  [{ Makefile: "" }, {}, "make", "auto"],
  [{ Makefile: "" }, { target: "app" }, "make app", "auto"],
];

describe("buildPlan", () => {
  it.each(plans.map(([files, options, words, format]) => ({ files, options, words, format })))(
    "$words",
    ({ files, options, words, format }) => {
      const { argv, inspection } = buildPlan(workspaceOf(files), options);
      expect(argv).toEqual(words.split(" "));
      const read: Inspection = inspection;
      expect(read).toEqual({ kind: "build", format });
    },
  );

  it.each([
    { files: { "go.mod": "" }, options: { release: true }, param: "release" },
    { files: { Makefile: "" }, options: { release: true }, param: "release" },
    { files: configured, options: { release: true }, param: "release" },
    { files: scripts, options: { release: true }, param: "release" },
    { files: { "uv.lock": "" }, options: { target: "x" }, param: "target" },
    { files: { Makefile: "" }, options: { target: "--eval=x" }, param: "target" },
    { files: { "go.mod": "" }, options: { target: "-toolexec=x" }, param: "target" },
  ])("refuses what the tool cannot do, by name: $options", ({ files, options, param }) => {
    expect(() => buildPlan(workspaceOf(files), options)).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param }),
    );
  });

  it.each([
    { files: { "package.json": packageJson({ test: "vitest" }) }, why: 'no script "build" (it has test)' },
    { files: { "CMakeLists.txt": "" }, why: "cmake -S . -B build" },
  ])("says what is missing: $why", ({ files, why }) => {
    expect(() => buildPlan(workspaceOf(files))).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "argv", message: expect.stringContaining(why) }),
    );
  });
});
