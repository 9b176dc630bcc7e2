/** Imports point down only. The table is checked twice: the linter fires for every forbidden pair, and `src` obeys the table. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
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

const mechanisms = ["process", "output", "sandbox", "ledger"];
const belowTools = ["base", ...mechanisms, "handle", "session"];
const forAdapters = ["base", "session", "tools", "runtime.ts", "index.ts"];

/** What each part of `src` may import besides itself: a folder, a file at the root, or one file of a folder. */
const layers: Readonly<Record<string, readonly string[]>> = {
  base: [],
  process: ["base"],
  output: ["base"],
  sandbox: ["base", "process/command.ts"],
  ledger: ["base"],
  handle: ["base", ...mechanisms],
  session: ["base", ...mechanisms, "handle"],
  tools: belowTools,
  "config.ts": [...belowTools, "tools"],
  "runtime.ts": [...belowTools, "tools", "config.ts"],
  "index.ts": [...belowTools, "tools", "config.ts", "runtime.ts"],
  bridge: forAdapters,
  mcp: forAdapters,
  acp: forAdapters,
  http: forAdapters,
  cli: [...forAdapters, "config.ts", "bridge", "mcp", "acp", "http"],
  testing: ["base", "ledger"],
};
/** Packages of the edges, and who may import them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  zod: ["tools", "config.ts", "bridge", "mcp", "acp", "http", "cli"],
  commander: ["cli"],
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
    const expected = parts.flatMap((from) => [
      ...targets.filter((target) => partOf(target) !== from && !allowed(from, target)).map((to) => `${from} > ${to}`),
      ...Object.keys(packages)
        .filter((name) => !packages[name]?.includes(from))
        .map((to) => `${from} > ${to}`),
    ]);
    expect(refusedByLinter().sort()).toEqual(expected.sort());
  });
});

/** Lints one import for each pair of part and target, in a copy of the layout under our own configuration. */
function refusedByLinter(): string[] {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-layers-")));
  try {
    const lines: Record<string, string[]> = {};
    for (const from of parts) {
      const file = from.endsWith(".ts") ? `src/${from}` : `src/${from}/x.ts`;
      const ours = targets.filter((target) => partOf(target) !== from);
      const to = [...ours, ...Object.keys(packages)];
      lines[file] = to.map((target) => `${from} > ${target}`);
      mkdirSync(dirname(join(root, file)), { recursive: true });
      const prefix = from.endsWith(".ts") ? "./" : "../";
      writeFileSync(
        join(root, file),
        to.map((target) => `import "${ours.includes(target) ? prefix : ""}${target}";\n`).join(""),
      );
    }
    copyFileSync("biome.json", join(root, "biome.json"));
    const flags = ["--only=style/noRestrictedImports", "--vcs-enabled=false", "--max-diagnostics=none"];
    const run = spawnSync(
      join(process.cwd(), "node_modules/.bin/biome"),
      ["lint", "--reporter=github", ...flags, "src"],
      {
        cwd: root,
        encoding: "utf8",
      },
    );
    const hits = [...run.stdout.matchAll(/^::error .*?file=([^,]+),line=(\d+)/gm)];
    expect(hits, run.stderr).not.toEqual([]);
    return hits.map(
      ([, file = "", line]) => lines[relative(root, file)]?.[Number(line) - 1] ?? `unknown ${file}:${line}`,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
}

function mayImport(file: string, specifier: string): boolean {
  const from = partOf(file);
  if (specifier.startsWith("node:")) return true;
  if (!specifier.startsWith(".")) return packages[partOf(specifier)]?.includes(from) === true;
  const target = normalize(join(dirname(file), specifier));
  return !target.startsWith("..") && allowed(from, target);
}

/** Every module specifier of a source text: static, re-exported, dynamic, and in types. */
function specifiers(text: string): string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map(([, specifier = ""]) => specifier);
}
