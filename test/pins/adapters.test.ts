/** An adapter to an agent SDK is loaded by programs that may have no session of their own (`longhand/client`): it brings no tools' machinery along. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

/** The files below `src` that are loaded with this one. Types alone load nothing. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = readFileSync(file, "utf8").matchAll(/^import (?!type\b)(?:[^;]*? from )?"(\.[^"]+)";$/gm);
  for (const [, path = ""] of imports) loadedWith(join(dirname(file), path), seen);
  return seen;
}

it.each(["ai-sdk", "openai-agents", "claude-agent-sdk", "langchain"])("%s", (name) => {
  const files = [...loadedWith(`src/sdk/${name}.ts`)].map((file) => relative("src", file));
  expect(files).toContain("tools/agent-tools.ts");
  expect(files).toContain("sdk/mail-delivery.ts");
  const allowed =
    /^(?:base|sdk)\/|^tools\/(?:agent-tools|agent-advice|input|input-schema)\.ts$|^handle\/signal-command\.ts$/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
});
