/** A workspace of files that exist in memory only. */
import { posix } from "node:path";
import { detectWorkspace } from "../../src/workspace/detect.ts";
import type { WorkspaceFiles } from "../../src/workspace/files.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";

export function filesIn(files: Readonly<Record<string, string>>): WorkspaceFiles {
  const texts = new Map(Object.entries(files));
  return {
    exists: (name) => texts.has(posix.normalize(name)),
    readText: (name) => texts.get(posix.normalize(name)) ?? null,
    names: () => [...texts.keys()].filter((name) => !name.includes("/")),
  };
}

export function workspaceOf(files: Readonly<Record<string, string>>): Workspace {
  const workspace = detectWorkspace("/w", filesIn(files));
  if (workspace === null) throw new Error("no workspace was detected");
  return workspace;
}

export const packageJson = (scripts: Readonly<Record<string, string>>): string =>
  JSON.stringify({ name: "w", scripts });
