import { describe, expect, it } from "vitest";
import { testPlan } from "../../../src/workspace/plans.ts";
import { packageJson, workspaceOf } from "../../support/workspace-of.ts";

const reportPath = "/reports/r";
const plan = (script: string, filter: string | null = null, more: Record<string, string> = {}) =>
  testPlan(workspaceOf({ "package.json": packageJson({ test: script }), ...more }), { filter, reportPath });

const vitest = ["--run", "--reporter=default", "--reporter=junit", "--outputFile.junit=/reports/r"];
const node = [
  "--test-reporter=junit",
  "--test-reporter-destination=/reports/r",
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
];
const jest = ["--json", "--outputFile=/reports/r"];

describe("the arguments of a script's runner", () => {
  it.each([
    { script: "vitest", args: vitest, format: "vitest" },
    { script: "vitest run --coverage", args: vitest, format: "vitest" },
    { script: "NODE_ENV=test npx vitest watch", args: vitest, format: "vitest" },
    { script: "cross-env A='b c' vitest", args: vitest, format: "vitest" },
    { script: "jest", args: jest, format: "auto" },
    { script: "jest --watch", args: ["--watch=false", "--watchAll=false", ...jest], format: "auto" },
    { script: "node --experimental-vm-modules node_modules/jest/bin/jest.js", args: jest, format: "auto" },
    { script: "react-scripts test", args: ["--watchAll=false", ...jest], format: "auto" },
    { script: "node --test", args: node, format: "node" },
    { script: "node --import tsx --test --test-concurrency=2", args: node, format: "node" },
    { script: "c8 node --test", args: node, format: "node" },
    { script: "tsx --test", args: node, format: "node" },
    { script: "bun test", args: ["--reporter=junit", "--reporter-outfile=/reports/r"], format: "auto" },
    { script: "deno test -A", args: ["--junit-path=/reports/r"], format: "auto" },
  ])("$script", ({ script, args, format }) => {
    expect(plan(script)).toEqual({
      argv: ["npm", "test", "--", ...args],
      inspection: { kind: "tests", format, reportPath },
    });
  });

  it.each([
    "mocha",
    "vitest run && tsc",
    "vitest run | tee log",
    "vitest > log",
    "tsc; vitest",
    "vitest $(cat files)",
    'vitest "$(cat files)"',
    "vitest `cat files`",
    "vitest # all of them",
    "vitest bench",
    "npm run unit -- --x",
    "node --test test/*.js",
    "node --test ./test",
    "node test.js",
    "toString",
    "'unclosed",
    "",
  ])("are none for %j: it runs as it is", (script) => {
    expect(plan(script)).toEqual({
      argv: ["npm", "test"],
      inspection: { kind: "tests", format: "auto", reportPath: null },
    });
  });

  it.each([
    { script: "vitest --reporter=json --outputFile=o.json", file: "/w/o.json" },
    { script: "vitest run --reporter=junit --outputFile junit.xml", file: "/w/junit.xml" },
    { script: "vitest --outputFile.html=o.html --outputFile.junit=out/j.xml", file: "/w/out/j.xml" },
    { script: "vitest --reporter=html --outputFile=o.html", file: null },
    { script: 'vitest --reporter=junit --outputFile="$OUT.xml"', file: null },
    { script: "jest --outputFile=/tmp/o.json --json", file: "/tmp/o.json" },
    { script: "node --test --test-reporter=junit --test-reporter-destination=j.xml", file: "/w/j.xml" },
    { script: "node --test --test-reporter=junit --test-reporter-destination=stdout", file: null },
  ])("do not take over what the script writes itself, which is read: $script", ({ script, file }) => {
    expect(plan(script).inspection.reportPath).toBe(file);
    expect(plan(script).argv.join(" ")).not.toContain("report");
  });

  it.each([
    { script: "vitest run -t bad", own: "-t" },
    { script: "jest --testNamePattern=bad", own: "--testNamePattern" },
    { script: "node --test --test-name-pattern bad", own: "--test-name-pattern" },
    { script: "bun test -t bad", own: "-t" },
    { script: "deno test --filter=bad", own: "--filter" },
  ])("carry no filter beside the script's own: $script", ({ script, own }) => {
    const message = expect.stringContaining(`has its own (${own})`);
    expect(() => plan(script, "ok")).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "filter", message }),
    );
    expect(plan(script).argv[0]).toBe("npm");
  });

  it("leave what the script prints as it is", () => {
    expect(plan("node --test --test-reporter=tap")).toMatchObject({
      argv: ["npm", "test"],
      inspection: { format: "auto", reportPath: null },
    });
  });

  it.each([
    { script: "vitest", option: "--testNamePattern=a b" },
    { script: "jest", option: "--testNamePattern=a b" },
    { script: "node --test", option: "--test-name-pattern=a b" },
    { script: "bun test", option: "--test-name-pattern=a b" },
    { script: "deno test", option: "--filter=a b" },
  ])("carry the filter: $script", ({ script, option }) => {
    expect(plan(script, "a b").argv.at(-1)).toBe(option);
  });

  it.each(["mocha", "vitest && tsc", "node --test test/a.js"])("cannot carry one for %j", (script) => {
    expect(() => plan(script, "x")).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "filter", message: expect.stringContaining(script) }),
    );
  });
});

describe("the package manager", () => {
  it.each([
    { lock: "pnpm-lock.yaml", words: ["pnpm", "run", "test"] },
    { lock: "yarn.lock", words: ["yarn", "run", "test"] },
    { lock: "bun.lock", words: ["bun", "run", "test"] },
  ])("of $lock gets the arguments without --", ({ lock, words }) => {
    expect(plan("vitest", null, { [lock]: "" }).argv).toEqual([...words, ...vitest]);
  });

  it("runs its own runner where there is no script", () => {
    const bun = testPlan(workspaceOf({ "bun.lock": "", "package.json": "{}" }), { filter: "x", reportPath });
    const args = ["--reporter=junit", "--reporter-outfile=/reports/r", "--test-name-pattern=x"];
    expect(bun.argv).toEqual(["bun", "test", ...args]);
    const deno = testPlan(workspaceOf({ "deno.jsonc": "{ // comment\n}" }), { reportPath });
    expect(deno.argv).toEqual(["deno", "test", "--junit-path=/reports/r"]);
  });

  it("runs a task of deno's", () => {
    const files = { "deno.json": JSON.stringify({ tasks: { test: "deno test -A" } }) };
    expect(testPlan(workspaceOf(files), { reportPath }).argv).toEqual([
      "deno",
      "task",
      "test",
      "--junit-path=/reports/r",
    ]);
  });
});

describe("a package without tests", () => {
  const refusal = (files: Record<string, string>, message: string) =>
    expect(() => testPlan(workspaceOf(files), { reportPath })).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "argv", message: expect.stringContaining(message) }),
    );

  it("names the scripts there are", () => {
    const files = { "package.json": packageJson({ lint: "biome", unit: "vitest" }) };
    refusal(files, 'package.json has no script "test" (it has lint, unit)');
  });

  it("is not taken in by what npm init writes", () => {
    const files = { "package.json": packageJson({ test: 'echo "Error: no test specified" && exit 1' }) };
    refusal(files, 'The script "test" of package.json is what npm init writes ("echo');
    const others = { "package.json": packageJson({ test: 'echo "Error: no test specified" && exit 1', unit: "x" }) };
    refusal(others, "which runs no tests (it has unit). Give argv");
  });

  it("may have no manifest, or a broken one", () => {
    refusal({ "package.json": "{" }, "package.json is not valid JSON");
    refusal({ "package.json": "[]" }, "package.json is not an object");
    refusal({ "package.json": "null" }, "package.json is not an object");
    refusal({ "pnpm-lock.yaml": "" }, "package.json is not there");
    refusal({ "package.json": '{"scripts": {"test": 1}}' }, "it has none at all");
  });
});
