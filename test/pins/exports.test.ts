/** What users can import. A change here is a change of the public interface: it belongs in CHANGELOG.md. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports: Record<string, unknown>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
};

const built = (path: string) => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` });

const sourceUrl = (source: string): string => new URL(`../../src/${source}`, import.meta.url).href;

/** Names that exist at run time (types are the compiler's matter), sorted. */
async function namesOf(source: string): Promise<string[]> {
  return Object.keys((await import(/* @vite-ignore */ sourceUrl(source))) as object).sort();
}

describe("the package", () => {
  it("has these entry points", () => {
    expect(manifest.exports).toEqual({
      ".": built("index"),
      "./process": built("process/index"),
      "./bridge": built("bridge/index"),
      "./testing": built("testing/index"),
      "./client": built("client/index"),
      "./ai-sdk": built("sdk/ai-sdk"),
      "./openai-agents": built("sdk/openai-agents"),
      "./claude-agent-sdk": built("sdk/claude-agent-sdk"),
      "./langchain": built("sdk/langchain"),
      "./schemas/*.json": "./schemas/*.json",
      "./package.json": "./package.json",
    });
    expect(manifest.bin).toEqual({ longhand: "bin/longhand.js" });
  });

  it("has these runtime dependencies", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["commander", "glob", "re2js", "sax", "zod"]);
  });
});

describe("runtime exports", () => {
  it("of longhand", async () => {
    expect(await namesOf("index.ts")).toMatchInlineSnapshot(`
      [
        "LonghandError",
        "agentTools",
        "createRuntime",
        "describeTools",
        "errorKinds",
        "isLonghandError",
      ]
    `);
  });

  it("of longhand/process", async () => {
    expect(await namesOf("process/index.ts")).toMatchInlineSnapshot(`
      [
        "buildEnvironment",
        "createCommand",
        "createProcessHost",
        "inheritedEnvironment",
        "shellQuote",
      ]
    `);
  });

  it("of longhand/bridge", async () => {
    expect(await namesOf("bridge/index.ts")).toMatchInlineSnapshot(`
      [
        "bridgeMethods",
        "createBridge",
        "defaultMaxLineBytes",
        "runBridge",
        "serveBridge",
      ]
    `);
  });

  it("of longhand/client", async () => {
    expect(await namesOf("client/index.ts")).toMatchInlineSnapshot(`
      [
        "LonghandError",
        "connect",
        "connectCommand",
        "errorKinds",
        "isLonghandError",
      ]
    `);
  });

  it("of longhand/testing", async () => {
    expect(await namesOf("testing/index.ts")).toMatchInlineSnapshot(`
      [
        "createMemoryLedger",
        "fakeClock",
      ]
    `);
  });

  it("of longhand/ai-sdk", async () => {
    expect(await namesOf("sdk/ai-sdk.ts")).toEqual(["aiSdk"]);
  });

  it("of longhand/openai-agents", async () => {
    expect(await namesOf("sdk/openai-agents.ts")).toEqual(["openaiAgents"]);
  });

  it("of longhand/langchain", async () => {
    expect(await namesOf("sdk/langchain.ts")).toEqual(["langchain"]);
  });

  it("of longhand/claude-agent-sdk", async () => {
    expect(await namesOf("sdk/claude-agent-sdk.ts")).toEqual(["claudeAgentSdk"]);
  });
});

describe("importing", () => {
  it("longhand loads zod and no other package, no adapter, and prints nothing", () => {
    const { packages, adapters, contract, stderr } = loadedBy("index.ts");
    expect({ packages, adapters, stderr }).toEqual({ packages: ["zod"], adapters: [], stderr: "" });
    // Schemas of answers are for readers outside: every start would pay for them.
    expect(contract).toEqual([]);
  });

  it("longhand/process loads no package and nothing above it", () => {
    const { packages, folders, stderr } = loadedBy("process/index.ts");
    expect({ packages, folders, stderr }).toEqual({ packages: [], folders: ["base", "process"], stderr: "" });
  });

  it("longhand/client loads no package, one builtin, what is at both ends of a connection, and the checks of a session", () => {
    const { packages, folders, session, builtins, stderr } = loadedBy("client/index.ts");
    expect(session).toEqual(["call-options", "cancel-options", "check-options", "open-options"]);
    expect({ packages, folders, builtins, stderr }).toEqual({
      packages: [],
      folders: ["base", "client", "rpc", "session"],
      // What else it needs (streams of the web, a child process) is loaded when it is needed.
      builtins: ["crypto"],
      stderr: "",
    });
  });

  it("longhand/ai-sdk does not load the AI SDK: it serves both majors", () => {
    const { packages, adapters, stderr } = loadedBy("sdk/ai-sdk.ts");
    expect({ packages, adapters, stderr }).toEqual({ packages: ["zod"], adapters: [], stderr: "" });
  });

  it("longhand/langchain needs the core, not langchain", { timeout: 60_000 }, () => {
    const { packages, adapters } = loadedBy("sdk/langchain.ts");
    expect(packages).toContain("@langchain/core");
    expect(packages.filter((name) => /^langchain$|langgraph/.test(name))).toEqual([]);
    expect(adapters).toEqual([]);
  });
});

/** Which packages and which parts of src a fresh process loads for one import. */
function loadedBy(source: string) {
  const program = `
    import { registerHooks } from "node:module";
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(sourceUrl(source))});
    process.stdout.write(JSON.stringify(urls));`;
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  expect(run.status, run.stderr).toBe(0);
  const urls = JSON.parse(run.stdout) as string[];
  const unique = (pattern: RegExp) => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].sort();
  return {
    packages: unique(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//),
    folders: unique(/\/src\/([^/]+)\//),
    session: unique(/\/src\/session\/(.+)\.ts$/),
    builtins: unique(/^node:(.+)$/),
    adapters: unique(/\/src\/(cli|bridge|mcp|acp|http|testing)\//),
    contract: unique(/\/src\/(tools\/schemas|\w+\/results)\b/),
    stderr: run.stderr,
  };
}
