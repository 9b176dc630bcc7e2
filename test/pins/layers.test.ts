/** Imports point down only. The table is checked twice: the linter fires for every forbidden pair, and `src` obeys the table. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "../support/source-files.ts";

const mechanisms = ["process", "output", "sandbox", "ledger", "findings", "workspace"];
const belowTools = ["base", ...mechanisms, "handle", "session"];
const forAdapters = ["base", "session", "tools", "runtime.ts", "index.ts"];

/** What each part of `src` may import besides itself: a folder, a file at the root, or one file of a folder. */
const layers: Readonly<Record<string, readonly string[]>> = {
  base: [],
  process: ["base"],
  output: ["base"],
  sandbox: ["base", "process/command.ts"],
  ledger: ["base"],
  findings: ["base"],
  workspace: ["base"],
  rpc: ["base"],
  handle: ["base", ...mechanisms],
  session: ["base", ...mechanisms, "handle"],
  tools: belowTools,
  capability: [...belowTools, "tools"],
  "config.ts": [...belowTools, "tools"],
  runtime: [...belowTools, "tools", "capability", "config.ts"],
  "runtime.ts": [...belowTools, "tools", "capability", "config.ts", "runtime"],
  "index.ts": [...belowTools, "tools", "capability", "config.ts", "runtime", "runtime.ts"],
  bridge: [...forAdapters, "rpc"],
  mcp: [...forAdapters, "rpc"],
  acp: [...forAdapters, "rpc"],
  http: [...forAdapters, "rpc"],
  sdk: ["base", "session", "tools", "index.ts"],
  client: ["base", "rpc", "session", "index.ts"],
  cli: [...forAdapters, "runtime", "config.ts", "bridge", "mcp", "acp", "http"],
  testing: ["base", "ledger"],
};
/** Packages, and who may import them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  zod: ["tools", "capability", "config.ts", "bridge", "mcp", "acp", "http", "sdk", "cli"],
  commander: ["cli"],
  re2js: ["output"],
  "@xterm/headless": ["output"],
  "@lydell/node-pty": ["process"],
  sax: ["findings"],
  glob: ["tools"],
  ai: ["sdk"],
  "@openai/agents": ["sdk"],
  "@anthropic-ai/claude-agent-sdk": ["sdk"],
  "@langchain/core": ["sdk"],
  langchain: ["sdk"],
};

const parts = Object.keys(layers);
/** What a part can be asked to import: a file of each part, and the one file that sandbox may have. */
const targets = [...parts.map((part) => (part.endsWith(".ts") ? part : `${part}/x.ts`)), "process/command.ts"];
const partOf = (file: string): string => file.split("/")[0] ?? file;

function allowed(from: string, target: string): boolean {
  return partOf(target) === from || [target, partOf(target)].some((name) => layers[from]?.includes(name));
}

describe("the layer table", () => {
  it("names every folder and root file of src", () => {
    const entries = readdirSync("src");
    expect(entries.filter((entry) => !parts.includes(entry))).toEqual([]);
  });

  it("is obeyed by every import in src, type imports included", () => {
    const wrong = sourceFiles("src").flatMap((file) =>
      specifiers(readFileSync(file, "utf8")).flatMap((specifier) => {
        const ok = mayImport(relative("src", file), specifier);
        return ok ? [] : [`${file} imports ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("notices a forbidden import, in whatever form", () => {
    const text = `import "../session/a.ts"; export * from '../tools/b.ts';
      type A = import("../cli/c.ts").A; const d = await import("zod/v4"); import type { E } from "./e.ts";`;
    expect(specifiers(text).filter((specifier) => !mayImport("base/x.ts", specifier))).toEqual([
      "../session/a.ts",
      "../tools/b.ts",
      "../cli/c.ts",
      "zod/v4",
    ]);
    expect(mayImport("base/x.ts", "../../test/support/eventually.ts")).toBe(false);
  });
});

describe("the linter", () => {
  it("refuses every import that the table forbids, and no other", () => {
    const refused = attempts().filter(
      ({ from, to }) => !(to in packages ? packages[to]?.includes(from) : allowed(from, to)),
    );
    expect(refusedByLinter()).toEqual(refused.map(describeAttempt).sort());
  });
});

interface Attempt {
  /** Path below `src` of the importing file. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const describeAttempt = ({ file, to }: Attempt): string => `${file} > ${to}`;

/** One import for each pair of place and target; a place is each part, and each folder within a part. */
function attempts(): Attempt[] {
  const places = parts.flatMap((from) => {
    if (from.endsWith(".ts")) return [{ file: from, from }];
    return ["", ...foldersIn(`src/${from}`).map((name) => `${name}/`)].map((name) => ({
      file: `${from}/${name}x.ts`,
      from,
    }));
  });
  return places.flatMap((place) => {
    const others = targets.filter((target) => partOf(target) !== place.from);
    return [...others, ...Object.keys(packages)].map((to) => ({ ...place, to }));
  });
}

/** The attempts, written out and linted in a copy of the layout under our own configuration. */
function refusedByLinter(): string[] {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-layers-")));
  try {
    const byFile = Map.groupBy(attempts(), ({ file }) => file);
    for (const [file, list] of byFile) {
      const up = "../".repeat(file.split("/").length - 1) || "./";
      const text = list.map(({ to }) => `import "${to in packages ? to : `${up}${to}`}";\n`).join("");
      mkdirSync(dirname(join(root, "src", file)), { recursive: true });
      writeFileSync(join(root, "src", file), text);
    }
    copyFileSync("biome.json", join(root, "biome.json"));
    const flags = ["--only=style/noRestrictedImports", "--vcs-enabled=false", "--max-diagnostics=none"];
    const biome = join(process.cwd(), "node_modules/.bin/biome");
    const run = spawnSync(biome, ["lint", "--reporter=github", ...flags, "src"], { cwd: root, encoding: "utf8" });
    const hits = [...run.stdout.matchAll(/^::error .*?file=([^,]+),line=(\d+)/gm)];
    expect(hits, run.stderr).not.toEqual([]);
    return hits
      .map(([, path = "", line]) => {
        const attempt = byFile.get(relative(join(root, "src"), path))?.[Number(line) - 1];
        return attempt === undefined ? `unknown ${path}:${line}` : describeAttempt(attempt);
      })
      .sort();
  } finally {
    rmSync(root, { recursive: true });
  }
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function mayImport(file: string, specifier: string): boolean {
  const from = partOf(file);
  if (specifier.startsWith("node:")) return true;
  if (!specifier.startsWith(".")) return packages[packageOf(specifier)]?.includes(from) === true;
  const target = normalize(join(dirname(file), specifier));
  return !target.startsWith("..") && allowed(from, target);
}

/** `@scope/name/file` and `name/file` alike. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Every module specifier of a source text: static, re-exported, dynamic, and in types. */
function specifiers(text: string): string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*["']([\w@./:-]+)["']/g;
  return [...text.matchAll(pattern)].map(([, specifier = ""]) => specifier);
}
