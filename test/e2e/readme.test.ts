/** The examples of README.md are true: they compile under strict settings and run as they are written, against the sources. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { parseFences } from "../support/fences.ts";
import { expectNoStrays } from "../support/strays.ts";

expectNoStrays();

const run = promisify(execFile);
const examples = [...readFileSync("README.md", "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
const project = mkdtempSync(join(realpathSync(tmpdir()), "longhand-readme-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const scripts = { build: "echo built", test: "echo tested; exit 3" };
writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", scripts }));

/** What an example prints; `edit` does what the words of a comment stand for. */
async function printed(example: string, edit = (code: string): string => code): Promise<string> {
  const file = join(project, "example.ts");
  const code = edit(example).replaceAll('from "longhand"', `from "${pathToFileURL("src/index.ts")}"`);
  expect(code).not.toContain('"longhand"');
  writeFileSync(file, code);
  const env = { ...process.env, LONGHAND_STATE_DIR: join(project, "state"), LONGHAND_RUNTIME_DIR: project };
  const { stdout } = await run(process.execPath, [file], { cwd: project, env, timeout: 60_000 });
  return stdout;
}

it("there are two, and they compile", async () => {
  expect(examples).toHaveLength(2);
  const sources = join(project, "types");
  mkdirSync(sources);
  for (const [index, code] of examples.entries()) writeFileSync(join(sources, `example-${index}.ts`), code);
  const compilerOptions = {
    paths: { longhand: [join(process.cwd(), "src/index.ts")] },
    typeRoots: [join(process.cwd(), "node_modules/@types")],
  };
  const config = { extends: join(process.cwd(), "tsconfig.json"), compilerOptions, include: [`${sources}/*.ts`] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const compiling = run("npx", ["tsc", "--noEmit", "-p", join(project, "tsconfig.json")]);
  expect((await compiling.catch((error: { stdout: string }) => error)).stdout).toBe("");
});

it("a build in the background is found in the inbox", async () => {
  const [example = ""] = examples;
  const waits = "// … the agent goes on; at its next turn:\n";
  expect(example).toContain(waits);
  const arrival = "await new Promise<void>((resolve) => session.inbox.onReady(resolve));\n";
  const text = await printed(example, (code) => code.replace(waits, arrival));
  expect(text).toMatch(/^\[running h1 · \d+ms · \d+ B( · \w.*)?\]\n/);
  const { ours, fences } = parseFences(text.slice(text.indexOf("[1 background event")).trimEnd());
  expect(ours[0]).toBe("[1 background event · not from the user, and no answer to any question]");
  expect(ours[1]).toMatch(/^\[exit 0 · .* · npm run build\]$/);
  expect(fences[0]?.lines).toContain("built");
});

it("a tool that a model asked for answers with a text", async () => {
  const text = await printed(examples[1] ?? "");
  expect(text).toMatch(/^\[exit 3 · [\dms.]+ · h1 · \d+ lines\]\n/);
  expect(parseFences(text.trimEnd()).fences[0]?.lines).toContain("tested");
});
