/** Which targets a Makefile has, as far as its own text says. */
import type { WorkspaceFiles } from "./files.ts";

/** In make's order: the first that is there is the one it reads. */
const names = ["GNUmakefile", "makefile", "Makefile"];

export function makeTargets(files: WorkspaceFiles): ReadonlySet<string> {
  const text = names.map((name) => files.readText(name)).find((found) => found !== null) ?? "";
  const targets = new Set<string>();
  for (const line of text.split("\n")) {
    // A recipe, a comment, or a variable: `name := value`, `name ::= value`.
    const rule = /^([^\t#:=][^#:=]*)::?(?!:?=)/.exec(line);
    if (rule === null) continue;
    for (const word of (rule[1] ?? "").trim().split(/\s+/)) if (!word.startsWith(".")) targets.add(word);
  }
  return targets;
}
