/** Serves clients: JSON-RPC 2.0, one object per line, over any pair of streams. */
import type { Readable, Writable } from "node:stream";
import { LineWriter, type WriterLimits } from "../rpc/line-writer.ts";
import { defaultMaxLineBytes, type Line, LineSplitter } from "../rpc/lines.ts";
import { Peer } from "../rpc/peer.ts";
import { rpcCodes } from "../rpc/rpc-error.ts";
import type { Runtime } from "../runtime.ts";
import type { Approve } from "../session/approval.ts";
import { askClient } from "./approvals.ts";
import { checkBridgeOptions, checkServeOptions } from "./check-options.ts";
import type { Client } from "./client.ts";
import { type Connection, endConnection } from "./connection.ts";
import { ConnectionSessions } from "./connection-sessions.ts";
import { Deliveries } from "./deliveries.ts";
import { Intake } from "./intake.ts";
import { bridgeMethods } from "./methods.ts";
import { createRouter } from "./router.ts";
import { SessionHolders } from "./session-holders.ts";
import { StartingCalls } from "./starting-calls.ts";
import { within } from "./within.ts";

export interface ServeOptions {
  readonly input: Readable;
  /** Nothing but the protocol is written to it. It is not ended. */
  readonly output: Writable;
  readonly runtime: Runtime;
  /** For people: what could not be answered. Default: nowhere. */
  readonly log?: (line: string) => void;
  /** Bytes of a line of input, default 32 MiB. */
  readonly maxLineBytes?: number;
  readonly writerLimits?: Partial<WriterLimits>;
}

export interface Bridge {
  /** For `createRuntime`: asks the client that holds the session, when it declared the capability `approval`. */
  readonly approve: Approve;
  /** Resolves when the input ended (or the client is gone), its calls have settled and its sessions are closed. Rejects with `invalid_parameter` for a wrong option, and with nothing else. */
  serve(options: ServeOptions): Promise<void>;
}

export interface BridgeOptions {
  /** Decides where no client does: it did not declare `approval`, or the session is not held by one. Default: allow. */
  readonly otherwise?: Approve;
}

/** Many clients can be served at once, over one runtime that was created with this bridge's `approve`. Throws `invalid_parameter`. */
export function createBridge(options: BridgeOptions = {}): Bridge {
  checkBridgeOptions(options);
  const holders = new SessionHolders();
  const { otherwise = () => ({ decision: "allow" }) } = options;
  return {
    approve: askClient(holders, otherwise),
    serve: (serveOptions) => serve(serveOptions, holders, true),
  };
}

/** One client over a runtime of its own. It is not asked for approvals: `createBridge` does that. Rejects as `serve` does. */
export function serveBridge(options: ServeOptions): Promise<void> {
  return serve(options, new SessionHolders(), false);
}

/** A client that closed its end of the input may still read; one that does neither must not keep us. */
const lastAnswersMs = 2_000;

async function serve(options: ServeOptions, holders: SessionHolders, canApprove: boolean): Promise<void> {
  checkServeOptions(options);
  const { input, runtime, log = () => {} } = options;
  const writer = new LineWriter(options.output, options.writerLimits);
  const connection = connect(writer, { runtime, log, holders, canApprove });
  // Who does not read any more is gone, whatever it still sends.
  void writer.gone.then(() => input.destroy());
  await readAll(options, connection.client.peer, writer, log);
  await endConnection(connection, "the client closed the connection");
  await within(lastAnswersMs, writer.flushed());
}

interface ConnectOptions {
  readonly runtime: Runtime;
  readonly log: (line: string) => void;
  readonly holders: SessionHolders;
  readonly canApprove: boolean;
}

function connect(writer: LineWriter, { runtime, log, holders, canApprove }: ConnectOptions): Connection {
  const router = createRouter(bridgeMethods);
  const peer = new Peer({
    writer,
    log,
    handlers: {
      request: (method, params, signal, requestId) => router.request(method, params, { connection, signal, requestId }),
      notification: (method, params, signal) =>
        router.notification(method, params, { connection, signal, requestId: null }),
      received: (id) => connection.deliveries.received(id),
      isUrgent: (method, params) => router.isUrgent(method, params, connection),
    },
  });
  const client: Client = { peer, approves: false, confirms: false };
  const sessions = new ConnectionSessions(runtime, holders, client);
  const deliveries = new Deliveries();
  const connection: Connection = { client, sessions, deliveries, starting: new StartingCalls(), canApprove };
  return connection;
}

async function readAll(
  { input, maxLineBytes = defaultMaxLineBytes }: ServeOptions,
  peer: Peer,
  writer: LineWriter,
  log: (line: string) => void,
): Promise<void> {
  const lines = new LineSplitter(maxLineBytes);
  const intake = new Intake({
    writer,
    take: (line) => takeLine(line, peer, maxLineBytes),
    takeAhead: (text) => peer.receiveAhead(text),
    maxWaiting: writer.fullBytes,
  });
  try {
    for await (const chunk of input as AsyncIterable<Uint8Array | string>) {
      for (const line of lines.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk)) await intake.line(line);
    }
    for (const line of lines.end()) await intake.line(line);
    intake.end();
  } catch (error) {
    // Either way the client is gone; that it left with the output is how clients die.
    if (!writer.isGone) log(`the input broke: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function takeLine(line: Line, peer: Peer, maxLineBytes: number): void {
  if (line.kind === "line") peer.receive(line.text);
  else if (line.kind === "not_text") peer.refuse({ code: rpcCodes.parseError, message: "not UTF-8" });
  else {
    const message = `a line longer than ${maxLineBytes} bytes was skipped`;
    peer.refuse({ code: rpcCodes.invalidRequest, message, data: { limit: maxLineBytes } });
  }
}
