/** `longhand bridge` as a program: nothing but the protocol on stdout, whoever else prints. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { connectCommand } from "../../../src/client/index.ts";
import { BridgeClient } from "../../support/bridge-client.ts";
import { cli, finished, program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** Loaded into the bridge, as somebody's instrumentation is. */
const noise = `setInterval(() => { console.log("noise"); console.info("noise"); process.emitWarning("noise"); }, 20).unref()`;

it("prints nothing but messages on stdout; what others print and warn of goes to stderr", async () => {
  using own = cli({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noise)}` });
  const child = own.start(["bridge"], { stdio: "pipe" });
  const ended = once(child, "exit");
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("no pipes");
  const printed: string[] = [];
  createInterface({ input: stdout }).on("line", (line) => printed.push(line));
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const client = new BridgeClient(stdin, stdout);
  await client.request("session/open", { session_id: "s" });
  // The command has the option too: its noise is its own output.
  expect((await client.run("s", "echo to stdout; echo to stderr >&2")).data).toMatchObject({ stdout: "to stdout\n" });
  client.notify("nobody/knows");
  client.raw("no JSON\n");
  await eventually(() => client.complaints().length === 1 && errors.join("").includes("noise"), { timeoutMs: 20_000 });
  client.end();
  expect(await ended).toEqual([0, null]);
  expect(printed.length).toBeGreaterThanOrEqual(3);
  for (const line of printed) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  expect(errors.join("")).toContain("nobody/knows");
  expect(errors.join("")).toContain("Warning: noise");
});

/** Where nothing can be made. */
const impossible = { LONGHAND_STATE_DIR: "/proc/longhand" };

it("that cannot start exits at once, also while its stdin is open, and says why", async () => {
  using own = cli(impossible);
  const child = own.start(["bridge"], { stdio: "pipe" });
  const { code, stdout, stderr } = await finished(child);
  expect({ code, stdout: stdout.length }).toEqual({ code: 125, stdout: 0 });
  expect(stderr).toMatch(/^longhand: the state directory \/proc\/longhand cannot be used: .*\n$/);
});

it("whose client has closed stdout exits, also while its stdin is open", async () => {
  using own = cli();
  const child = own.start(["bridge"], { stdio: "pipe" });
  const ended = once(child, "exit");
  child.stdin?.write('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol_versions":["2026-11-01"]}}\n');
  if (child.stdout !== null) await once(child.stdout, "data");
  child.stdout?.destroy();
  // It is noticed when something is written.
  child.stdin?.write('{"jsonrpc":"2.0","id":2,"method":"tool/list","params":{}}\n');
  expect(await ended).toEqual([0, null]);
});

it("that cannot start is quoted by the client that started it", async () => {
  using own = cli();
  const env = { ...own.env, ...impossible } as Record<string, string>;
  await expect(connectCommand([process.execPath, program, "bridge"], { env })).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/exited with 125: longhand: the state directory \/proc\/longhand cannot be used/),
  });
});
