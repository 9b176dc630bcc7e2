/** From `open` to a connection on which everything can be asked, or to the reason why there is none. */
import type { Clock } from "../base/clock.ts";
import { deferred } from "../base/deferred.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import type { PeerHandlers } from "../rpc/peer.ts";
import { Connection, lost, type ServerCapabilities } from "./connection.ts";
import { type ClientStream, type Streams, streamsOf } from "./streams.ts";

export interface ConnectorOptions {
  readonly open: () => ClientStream | Promise<ClientStream>;
  readonly handlers: Pick<PeerHandlers, "request" | "notification">;
  readonly asksApproval: boolean;
  readonly maxLineBytes: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Opens again on the new connection what was open on the one before. */
  readonly restore: (connection: Connection) => Promise<void>;
}

const protocolVersions = ["2026-11-01"];

/** Rejects with a `LonghandError`; `closing` gives up. */
export async function openConnection(options: ConnectorOptions, closing: AbortSignal): Promise<Connection> {
  const { clock, timeoutMs } = options;
  const givenUp = deferred<never>();
  // Nobody may be listening when it comes.
  givenUp.promise.catch(() => undefined);
  const onClosing = (): void => givenUp.reject(new LonghandError("closed", "the client is closed"));
  closing.addEventListener("abort", onClosing, { once: true });
  const timer = clock.after(timeoutMs, () => givenUp.reject(lost(`there was none within ${timeoutMs} ms`)));
  try {
    return await establish(options, givenUp.promise);
  } finally {
    timer.cancel();
    closing.removeEventListener("abort", onClosing);
  }
}

async function establish(options: ConnectorOptions, givenUp: Promise<never>): Promise<Connection> {
  const { handlers, maxLineBytes, clock, log, asksApproval, restore } = options;
  const streams = await openStreams(options.open, givenUp);
  const connection = new Connection({ streams, maxLineBytes, log, handlers, clock });
  const ready = async (): Promise<void> => {
    const server = await connection.initialize({
      protocol_versions: protocolVersions,
      client: { name: "longhand/client" },
      capabilities: { approval: asksApproval, receipts: true },
    });
    checkApproval(server, asksApproval);
    await restore(connection);
  };
  try {
    await Promise.race([ready(), givenUp]);
    return connection;
  } catch (error) {
    connection.break(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function openStreams(open: ConnectorOptions["open"], givenUp: Promise<never>): Promise<Streams> {
  const opening = Promise.resolve().then(open).then(streamsOf);
  let isWanted = true;
  opening.then(
    (streams) => (isWanted ? undefined : discard(streams)),
    () => undefined,
  );
  try {
    return await Promise.race([opening, givenUp]);
  } catch (error) {
    isWanted = false;
    throw isLonghandError(error) ? error : noConnection(error);
  }
}

function noConnection(thrown: unknown): LonghandError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new LonghandError("unavailable", `no connection to the bridge: ${why}`, { cause: thrown });
}

/** It came when nobody waited for it any more. */
function discard({ input, output, close }: Streams): void {
  for (const stream of [input, output]) stream.on("error", () => undefined).destroy();
  void close().catch(() => undefined);
}

/** An `approve` that is never called would be taken for a permission. */
function checkApproval(server: ServerCapabilities, asksApproval: boolean): void {
  if (!asksApproval || server.approval) return;
  throw new LonghandError("unsupported", "this bridge asks nobody before a command: approve would never be called", {
    param: "approve",
  });
}
