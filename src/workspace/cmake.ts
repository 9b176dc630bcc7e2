/** Where a CMake project was configured. Configuring it is the user's decision: generator, options, toolchain. */
import type { WorkspaceFiles } from "./files.ts";
import { noCommand } from "./plan.ts";

/** By convention `build`, or the source folder itself. */
const directories = ["build", "."];

export function buildDirectory(files: WorkspaceFiles, purpose: "tests" | "build"): string {
  const found = directories.find((directory) => files.exists(`${directory}/CMakeCache.txt`));
  if (found !== undefined) return found;
  const looked = "looked for build/CMakeCache.txt and CMakeCache.txt";
  throw noCommand(
    `CMakeLists.txt was found, but nothing is configured (${looked}): run cmake -S . -B build first.`,
    purpose,
  );
}
