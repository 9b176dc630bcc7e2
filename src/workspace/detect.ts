/** Which kind of project is in a directory, by its manifests. Only the directory itself is looked at, never its parents. */
import { filesOf, type WorkspaceFiles } from "./files.ts";
import type { Ecosystem, Workspace } from "./workspace.ts";

/** In the order in which they are looked for: a lock file says more than the manifest that several tools share. */
const manifests: readonly (readonly [Ecosystem, readonly string[]])[] = [
  ["cargo", ["Cargo.toml"]],
  ["swift", ["Package.swift"]],
  ["go", ["go.mod"]],
  ["pnpm", ["pnpm-lock.yaml"]],
  ["yarn", ["yarn.lock"]],
  ["bun", ["bun.lock", "bun.lockb"]],
  ["npm", ["package.json"]],
  ["deno", ["deno.json", "deno.jsonc"]],
  ["uv", ["uv.lock"]],
  ["poetry", ["poetry.lock"]],
  ["pip", ["pyproject.toml", "setup.py"]],
  ["bundler", ["Gemfile"]],
  ["composer", ["composer.json"]],
  ["gradle", ["build.gradle", "build.gradle.kts"]],
  ["maven", ["pom.xml"]],
  ["dotnet", ["*.csproj", "*.sln", "*.slnx"]],
  ["cmake", ["CMakeLists.txt"]],
  ["make", ["GNUmakefile", "makefile", "Makefile"]],
];

/** What `detectWorkspace` looks for, for a message that says so. */
export const knownManifests: readonly string[] = manifests.flatMap(([, names]) => names);

/** Null when none of the manifests is there, or the directory cannot be read. */
export function detectWorkspace(cwd: string, files: WorkspaceFiles = filesOf(cwd)): Workspace | null {
  let listed: readonly string[] | null = null;
  for (const [ecosystem, names] of manifests) {
    for (const name of names) {
      if (!name.startsWith("*")) {
        if (files.exists(name)) return { cwd, ecosystem, manifest: name, files };
        continue;
      }
      listed ??= files.names();
      const found = listed.find((entry) => entry.endsWith(name.slice(1)) && files.exists(entry));
      if (found !== undefined) return { cwd, ecosystem, manifest: found, files };
    }
  }
  return null;
}
