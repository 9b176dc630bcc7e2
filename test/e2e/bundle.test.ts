/** The package in a program that was bundled with esbuild: one file, alone in its directory, does what the package does. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectNoStrays } from "../support/strays.ts";

expectNoStrays();

const run = promisify(execFile);
const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-bundle-")));
const project = join(root, "project");
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The package, built into a project of its own as `npm run build` does it. */
beforeAll(async () => {
  const installed = join(project, "node_modules/longhand");
  mkdirSync(installed, { recursive: true });
  cpSync("package.json", join(installed, "package.json"));
  const dist = join(installed, "dist");
  await run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", dist]);
  await run(process.execPath, ["scripts/embed.ts", dist]);
}, 240_000);

/** What it prints, as JSON. It is alone in its directory, but for the packages that are named. */
async function bundled(code: string, beside: readonly string[] = []): Promise<unknown> {
  const deployed = mkdtempSync(join(root, "deployed-"));
  const file = join(deployed, "app.mjs");
  writeFileSync(join(project, "app.ts"), code);
  const options = ["--bundle", "--platform=node", "--format=esm", `--outfile=${file}`, "--log-level=warning"];
  // What the package depends on is where npm has put it for us.
  const dependencies = { ...process.env, NODE_PATH: join(process.cwd(), "node_modules") };
  await run("node_modules/.bin/esbuild", [join(project, "app.ts"), ...options], { env: dependencies });
  expect(readdirSync(deployed)).toEqual(["app.mjs"]);
  for (const name of beside) {
    const installed = join(deployed, "node_modules", name);
    mkdirSync(dirname(installed), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules", name), installed);
  }
  const env = { ...process.env, LONGHAND_RUNTIME_DIR: root, STATE: join(root, "state") };
  const { stdout } = await run(process.execPath, [file], { cwd: deployed, env, timeout: 60_000 });
  return JSON.parse(stdout);
}

it("runs commands, keeps its ledger, and finds what is only loaded when it is needed", {
  timeout: 240_000,
}, async () => {
  writeFileSync(
    join(root, "report.xml"),
    '<testsuite><testcase name="adds"><failure/></testcase><testcase name="ends"/></testsuite>',
  );
  const said = await bundled(`
    import { createRuntime } from "longhand";
    const open = () => createRuntime({ stateDir: process.env.STATE, store: "sqlite" });
    const first = await open();
    const session = await first.openSession({ id: "ses_bundle" });
    const call = async (name, input) => (await session.call(name, input)).data;
    const all = await Promise.all(["one", "two"].map((word) => call("run_command", { command: "echo " + word })));
    const { handle_id } = await call("run_command", { command: "echo listening on 80; exec sleep 60", background: true });
    const wait = await call("wait_command_output", { handle_id, pattern: "on [0-9]+$", regex: true });
    await call("cancel_handle", { handle_id, wait_result_ms: 5000 });
    const found = await call("glob", { base: ${JSON.stringify(root)}, pattern: "*.xml" });
    const tests = await call("run_test", { argv: ["cat", ${JSON.stringify(join(root, "report.xml"))}] });
    const pty = await session.call("run_command", { command: "tty", pty: {} }).catch(({ kind }) => kind);
    await call("run_command", { command: "echo later", background: true });
    while ((await session.inbox.refresh()).terminal === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await first.close();
    const second = await open();
    const mail = await (await second.openSession({ id: "ses_bundle" })).inbox.claim();
    await second.close();
    console.log(JSON.stringify({
      printed: all.map(({ stdout }) => stdout),
      matched: wait.status,
      found: found.result.count,
      tests: tests.summary,
      pty,
      mail: mail.messages.map(({ body }) => body.status ?? body.outcome),
    }));
  `);
  expect(said).toMatchObject({
    printed: ["one\n", "two\n"],
    found: 1,
    tests: { passed: 1, failed: 1 },
    pty: "unsupported",
  });
  expect(said).toMatchObject({ matched: "matched", mail: ["exited"] });
});

it("has terminals and their screens when the optional packages are beside it", { timeout: 240_000 }, async () => {
  const code = `
    import { createRuntime } from "longhand";
    const runtime = await createRuntime({ stateDir: process.env.STATE });
    const session = await runtime.openSession();
    const input = { argv: ["printf", "%s", "\\u001b[2J\\u001b[3;1Hdrawn"], pty: {} };
    const { data } = await session.call("run_command", input);
    await runtime.close();
    console.log(JSON.stringify(data.screen));
  `;
  const screen = await bundled(code, ["@lydell/node-pty", "@xterm/headless"]);
  expect(JSON.stringify(screen)).toContain("drawn");
});

it("knows its version", { timeout: 240_000 }, async () => {
  const said = await bundled(`
    import { PassThrough } from "node:stream";
    import { runBridge } from "longhand/bridge";
    const [input, output] = [new PassThrough(), new PassThrough()];
    const params = { protocol_versions: ["2026-11-01"] };
    input.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }) + "\\n");
    await runBridge({ input, output, log: () => {}, config: { stateDir: process.env.STATE } });
    console.log(output.read().toString());
  `);
  expect(said).toMatchObject({ result: { server: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) } } });
});
