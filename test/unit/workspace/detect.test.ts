import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectWorkspace } from "../../../src/workspace/detect.ts";
import { noManifest } from "../../../src/workspace/plans.ts";
import { filesIn } from "../../support/workspace-of.ts";

/** In the order of precedence: with all of them present, the first one wins; without it, the next one. */
const order = [
  ["Cargo.toml", "cargo"],
  ["Package.swift", "swift"],
  ["go.mod", "go"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package.json", "npm"],
  ["deno.json", "deno"],
  ["deno.jsonc", "deno"],
  ["uv.lock", "uv"],
  ["poetry.lock", "poetry"],
  ["pyproject.toml", "pip"],
  ["setup.py", "pip"],
  ["Gemfile", "bundler"],
  ["composer.json", "composer"],
  ["build.gradle", "gradle"],
  ["build.gradle.kts", "gradle"],
  ["pom.xml", "maven"],
  ["x.csproj", "dotnet"],
  ["x.sln", "dotnet"],
  ["x.slnx", "dotnet"],
  ["CMakeLists.txt", "cmake"],
  ["GNUmakefile", "make"],
  ["makefile", "make"],
  ["Makefile", "make"],
] as const;

describe("detectWorkspace", () => {
  it.each(order.map(([name, ecosystem], index) => ({ name, ecosystem, index })))(
    "takes $name for $ecosystem, whatever comes after it",
    ({ name, ecosystem, index }) => {
      const present = Object.fromEntries(order.slice(index).map(([file]) => [file, ""]));
      expect(detectWorkspace("/w", filesIn(present))).toMatchObject({ ecosystem, manifest: name, cwd: "/w" });
    },
  );

  it("finds nothing where nothing is known", () => {
    expect(detectWorkspace("/w", filesIn({ "README.md": "", "sub/package.json": "{}" }))).toBeNull();
    expect(detectWorkspace("/does/not/exist")).toBeNull();
  });

  it("says where it looked, and what to give instead", () => {
    const error = noManifest("/some/where");
    expect(error).toMatchObject({ kind: "invalid_parameter", param: "argv" });
    expect(error.message).toContain("/some/where");
    expect(error.message).toContain("Cargo.toml");
    expect(error.message).toContain("Give argv");
  });

  it("on a disk: a directory with the name of a manifest is none, and parents do not count", () => {
    const root = mkdtempSync(join(tmpdir(), "longhand-workspace-"));
    try {
      writeFileSync(join(root, "package.json"), "{}");
      mkdirSync(join(root, "sub", "Makefile"), { recursive: true });
      expect(detectWorkspace(root)).toMatchObject({ ecosystem: "npm" });
      expect(detectWorkspace(join(root, "sub"))).toBeNull();
      writeFileSync(join(root, "sub", "a.csproj"), "");
      expect(detectWorkspace(join(root, "sub"))).toMatchObject({ ecosystem: "dotnet", manifest: "a.csproj" });
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
