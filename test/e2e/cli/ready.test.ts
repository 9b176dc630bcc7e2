/** `longhand run --ready`: one note when the command is of use; the run itself stays what it is. */
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** Listens, says so, and ends with its stdin. */
const server = (port: number): string =>
  `require("node:http").createServer((_, answer) => answer.end("ok")).listen(${port}, () => console.log("listening"));
   process.stdin.resume().on("end", () => process.exit(3))`;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("longhand run --ready", () => {
  it.each([
    [(port: number) => `${port}`, (port: number) => `ready: port ${port}`],
    [(port: number) => `:${port}/health`, (port: number) => `ready: http://localhost:${port}/health answers 200`],
    [() => "listening", () => 'ready: "listening"'],
  ])("%s", async (sign, note) => {
    using longhand = cli();
    const port = await freePort();
    const child = longhand.start(["run", "--ready", sign(port), "--", process.execPath, "-e", server(port)]);
    const stderr: string[] = [];
    const told = Promise.withResolvers<void>();
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr.push(chunk.toString());
      told.resolve();
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await Promise.race([told.promise, exited]);
    child.stdin?.end();
    expect(await exited).toBe(3);
    expect(stderr.join("")).toBe(`longhand: ${note(port)}\n`);
  });

  it("names who has the port", async () => {
    using longhand = cli();
    const other = createServer().listen(0, "0.0.0.0");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await longhand.run(["run", "--ready", `${port}`, "--", "sleep", "1"]);
    other.close();
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^longhand: NOT ready: port ${port} is held by .* ${process.pid}`)),
    ]);
  });

  it("says when the command ended before it was", async () => {
    using longhand = cli();
    const { code, stderr } = await longhand.run(["run", "--ready", "never", "--", "echo", "hello"]);
    expect([code, stderr]).toEqual([0, "longhand: NOT ready: it ended first\n"]);
  });

  it("is refused with --test, and with what is no port", async () => {
    using longhand = cli();
    expect(await longhand.run(["run", "--test", "--ready", "80"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--ready does not go with --test"),
    });
    expect(await longhand.run(["run", "--ready", "99999", "--", "true"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("ready.port"),
    });
  });
});
