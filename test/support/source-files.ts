/** The repository's own code, for tests that look at all of it. */
import { readdirSync } from "node:fs";

/** Paths of the TypeScript and JavaScript files below `folder`, from the root of the repository. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:[cm]?ts|[cm]?js|sh)$/.test(file) && !file.includes("node_modules/"))
    .map((file) => `${folder}/${file}`);
}
