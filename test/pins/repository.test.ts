/** Rules about the files of the repository that no linter rule states. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "../support/source-files.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const readJson = (path: string) => JSON.parse(read(path)) as { scripts: Record<string, string> };

describe("source files", () => {
  const folders = ["src", "test", "bench", "bin", "scripts", ".ci"];

  it("have at most 300 lines", () => {
    const long = folders.flatMap(sourceFiles).filter((file) => read(file).split("\n").length - 1 > 300);
    expect(long).toEqual([]);
  });

  it("open with a sentence on what they are for", () => {
    const bare = ["src", "bench", "bin", "scripts", ".ci"]
      .flatMap(sourceFiles)
      .filter((file) => !/^(?:#!.*\n)?\/\*\* ?\S*/.test(read(file)));
    expect(bare.filter((file) => !file.endsWith(".sh"))).toEqual([]);
  });

  it("keep no mutable state at module level: a Runtime owns everything", () => {
    const state =
      /^(?:export )?(?:let |var |const \w+(?:: [^=]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\)|\[\];|\{\};))/m;
    expect(state.test("/** x */\nconst seen = new Map<string, number>();\n")).toBe(true);
    expect(sourceFiles("src").filter((file) => state.test(read(file)))).toEqual([]);
  });

  it("link no signals by AbortSignal.any: what it makes is retained for as long as the outer signal lives", () => {
    expect(sourceFiles("src").filter((file) => /AbortSignal\.any\(/.test(read(file)))).toEqual([]);
  });
});

describe("lockfiles", () => {
  const lockfiles = ["package-lock.json", "bench/package-lock.json", "test/engines/package-lock.json"];

  it.each(lockfiles)("%s names no registry host", (path) => {
    expect(read(path)).not.toMatch(/"resolved": "http|https?:\/\/[^"]*\/-\//);
  });

  // A registry that serves only some platforms makes `npm install` leave out the others, and then `npm ci` refuses the lockfile.
  it.each(lockfiles)("%s locks the packages of every platform", (path) => {
    const { packages } = JSON.parse(read(path)) as { packages: Record<string, LockedPackage> };
    const missing = Object.entries(packages).flatMap(([key, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => (packages[`${key}/node_modules/${name}`] ?? packages[`node_modules/${name}`])?.version === undefined,
      ),
    );
    expect(missing).toEqual([]);
  });
});

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}

describe("README.md", () => {
  it("sets up and tests with one command each, and both exist", () => {
    const { scripts } = readJson("package.json");
    const readme = read("README.md");
    expect(readme).toContain("npm ci && npx longhand demo");
    expect(readme).toContain("npm ci && npm test");
    expect(scripts).toHaveProperty("test");
    expect(scripts["prepare"]).toMatch(/ \|\| npm run build$/);
  });

  it.each(["README.md", "AGENTS.md", "REVIEW.md", "CHANGELOG.md"])(
    "%s mentions only scripts and files that exist",
    (path) => {
      const { scripts } = readJson("package.json");
      const text = read(path);
      const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = ""]) => name);
      expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
      const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) => target);
      expect(linked.filter((target) => !existsSync(target))).toEqual([]);
    },
  );
});
