/** Where sessions can be had: in this process, and through `longhand/client` over every kind of stream. The same suite is run on each. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectSocket, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { type Bridge, createBridge } from "../../src/bridge/index.ts";
import { type Client, connect, connectCommand } from "../../src/client/index.ts";
import type { AgentSession, Approve, OpenSessionOptions, Runtime } from "../../src/index.ts";
import { testRuntime } from "./bridge-runtime.ts";
import { cli, program } from "./cli.ts";

export interface SessionHost extends AsyncDisposable {
  open(options?: OpenSessionOptions): Promise<AgentSession>;
}

export interface HostOptions {
  readonly approve?: Approve;
}

export interface SessionHostKind {
  readonly name: string;
  start(options?: HostOptions): Promise<SessionHost>;
}

const stopGraceMs = 1_000;

export const sessionHosts: readonly SessionHostKind[] = [
  { name: "in this process", start: inProcess },
  { name: "a client over web streams", start: overWebStreams },
  { name: "a client over a Unix socket", start: overSocket },
  { name: "a client of `longhand bridge`", start: overChild },
];

async function inProcess({ approve }: HostOptions = {}): Promise<SessionHost> {
  const host = await testRuntime({ stopGraceMs, ...(approve === undefined ? {} : { approve }) });
  return {
    open: (options) => host.runtime.openSession(options),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Streams in memory to a bridge; its end is the end of what it writes. */
function webStreams(bridge: Bridge, runtime: Runtime) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  void bridge.serve({ input, output, runtime }).then(() => output.end());
  return { readable: Readable.toWeb(output), writable: Writable.toWeb(input) };
}

async function overWebStreams(options: HostOptions = {}): Promise<SessionHost> {
  const bridge = createBridge();
  const host = await testRuntime({ stopGraceMs, approve: bridge.approve });
  const client = await connect({ ...options, open: () => webStreams(bridge, host.runtime) });
  return hostOf(client, async () => host[Symbol.asyncDispose]());
}

async function overSocket(options: HostOptions = {}): Promise<SessionHost> {
  const bridge = createBridge();
  const host = await testRuntime({ stopGraceMs, approve: bridge.approve });
  const { path, close } = await serveSocket(bridge, host.runtime);
  const client = await connect({ ...options, open: () => connectSocket(path) });
  return hostOf(client, async () => {
    await close();
    await host[Symbol.asyncDispose]();
  });
}

async function overChild(options: HostOptions = {}): Promise<SessionHost> {
  const commandLine = cli({ LONGHAND_STOP_GRACE_MS: String(stopGraceMs) });
  const client = await connectCommand([process.execPath, program, "bridge"], {
    ...options,
    env: commandLine.env as Record<string, string>,
    cwd: tmpdir(),
  });
  return hostOf(client, async () => commandLine[Symbol.dispose]());
}

function hostOf(client: Client, end: () => Promise<void>): SessionHost {
  return {
    open: (options) => client.openSession(options),
    async [Symbol.asyncDispose]() {
      await client.close();
      await end();
    },
  };
}

export interface SocketServer {
  readonly path: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** A bridge for everybody who connects. */
export async function serveSocket(bridge: Bridge, runtime: Runtime): Promise<SocketServer> {
  const directory = mkdtempSync(join(tmpdir(), "longhand-socket-"));
  const path = join(directory, "bridge.sock");
  const server = createServer((socket) => {
    void bridge.serve({ input: socket, output: socket, runtime }).then(() => socket.end());
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        rmSync(directory, { recursive: true, force: true });
        resolve();
      });
    });
  return { path, server, close };
}
