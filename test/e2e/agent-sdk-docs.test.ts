/** What docs/agent-sdks.md shows of the AI SDK compiles and does what it says. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { runExample } from "../support/examples.ts";
import { expectNoStrays } from "../support/strays.ts";

expectNoStrays();

const [, section = ""] = readFileSync("docs/agent-sdks.md", "utf8").split("## Vercel AI SDK\n");
const [shown = ""] = section.split("\n## ");
const code = [...shown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = ""]) => block).join("\n");

const before = `
import { scriptedModel } from ${JSON.stringify(resolve("examples/support/ai-sdk-model.ts"))};
const model = scriptedModel([
  { run: { command: "sleep 1; echo built", background_after_ms: 0 } },
  { say: "It is being built." },
  { say: "It says: {mail}" },
]);
const report = (error: unknown): void => console.error(error);
`;
const after = `
history.push({ role: "user", content: "Build it." });
await run();
console.log("idle");
while (history.length < 6 || busy) await new Promise((again) => setTimeout(again, 20));
for (const { role, content } of history) console.log(role, JSON.stringify(content));
`;

it("an agent that has ended its turn is woken, and its history has the mail where the model saw it", async () => {
  const project = mkdtempSync(join(realpathSync(tmpdir()), "longhand-docs-"));
  try {
    symlinkSync(resolve("node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(project, "shown.ts"), before + code + after);
    const compilerOptions = { rewriteRelativeImportExtensions: false };
    const config = { extends: resolve("tsconfig.json"), compilerOptions, include: [join(project, "shown.ts")] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
    const compiling = promisify(execFile)("npx", ["tsc", "--noEmit", "-p", project]);
    expect((await compiling.catch((error: { stdout: string }) => error)).stdout).toBe("");
    const printed = await runExample(join(project, "shown.ts"));
    const lines = printed.trimEnd().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "idle",
      ...["user", "assistant", "tool", "assistant", "user", "assistant"],
    ]);
    expect(lines[5]).toMatch(/^user "\[1 background event .*built/);
    expect(lines[6]).toContain("It says: [1 background event");
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
