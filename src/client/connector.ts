/** From `open` to a connection on which everything can be asked, or to the reason why there is none. */
import type { Clock } from "../base/clock.ts";
import { deferred } from "../base/deferred.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import type { PeerHandlers } from "../rpc/peer.ts";
import { Connection, lost, type ServerCapabilities } from "./connection.ts";
import type { Endings } from "./endings.ts";
import { type ClientStream, type Streams, streamsOf } from "./streams.ts";

export interface ConnectorOptions {
  readonly open: () => ClientStream | Promise<ClientStream>;
  readonly handlers: Pick<PeerHandlers, "request" | "notification">;
  readonly asksApproval: boolean;
  readonly maxLineBytes: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly endings: Endings;
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
  const late = lost(`there was none within ${timeoutMs} ms`);
  const timer = clock.after(timeoutMs, () => givenUp.reject(late));
  try {
    return await establish(options, { promise: givenUp.promise, late });
  } finally {
    timer.cancel();
    closing.removeEventListener("abort", onClosing);
  }
}

interface GivenUp {
  readonly promise: Promise<never>;
  /** What it rejects with when the time has passed. */
  readonly late: LonghandError;
}

async function establish(options: ConnectorOptions, givenUp: GivenUp): Promise<Connection> {
  const { handlers, maxLineBytes, clock, log, endings, asksApproval, restore } = options;
  const streams = await openStreams(options, givenUp.promise);
  const connection = new Connection({ streams, maxLineBytes, log, handlers, clock, endings });
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
    await Promise.race([ready(), givenUp.promise]);
    return connection;
  } catch (thrown) {
    // Who starts a bridge that does not answer has its last words.
    const why = thrown === givenUp.late ? await connection.explanation() : null;
    const error = why === null ? thrown : lost(`there was none within ${options.timeoutMs} ms: ${why}`);
    connection.break(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function openStreams({ open, endings }: ConnectorOptions, givenUp: Promise<never>): Promise<Streams> {
  const opening = Promise.resolve().then(open).then(streamsOf);
  let isWanted = true;
  opening.then(
    (streams) => (isWanted ? undefined : discard(streams, endings)),
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
function discard({ input, output, close }: Streams, endings: Endings): void {
  for (const stream of [input, output]) stream.on("error", () => undefined).destroy();
  endings.add(close({ isBroken: true }).catch(() => undefined));
}

/** An `approve` that is never called would be taken for a permission. */
function checkApproval(server: ServerCapabilities, asksApproval: boolean): void {
  if (!asksApproval || server.approval) return;
  throw new LonghandError("unsupported", "this bridge asks nobody before a command: approve would never be called", {
    param: "approve",
  });
}
