/** A project in a directory, as far as running its tests and its build needs to know it. */
import type { WorkspaceFiles } from "./files.ts";

export type Ecosystem =
  | "cargo"
  | "swift"
  | "go"
  | "pnpm"
  | "yarn"
  | "bun"
  | "npm"
  | "deno"
  | "uv"
  | "poetry"
  | "pip"
  | "bundler"
  | "composer"
  | "gradle"
  | "maven"
  | "dotnet"
  | "cmake"
  | "make";

export interface Workspace {
  readonly cwd: string;
  readonly ecosystem: Ecosystem;
  /** The file that told. */
  readonly manifest: string;
  readonly files: WorkspaceFiles;
}
