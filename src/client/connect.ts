/** A client of a bridge: opens sessions there, over a connection that is made again when it breaks. */
import { type Clock, systemClock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { isRecord } from "../base/json.ts";
import type { OpenSessionOptions, ToolDescription } from "../index.ts";
import type { AgentSession } from "../session/agent-session.ts";
import type { Approve } from "../session/approval.ts";
import { checkOpenOptions } from "../session/open-options.ts";
import { answerQuestions } from "./approvals.ts";
import { backoff, type ReconnectOptions } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { openConnection } from "./connector.ts";
import { Endings } from "./endings.ts";
import { Link } from "./link.ts";
import { harmless } from "./log.ts";
import { inOurNames } from "./option-names.ts";
import { ClientSession, epochOf } from "./session.ts";
import type { ClientStream } from "./streams.ts";
import { understood } from "./understood.ts";
import { namesCall } from "./viewers.ts";

export interface ClientOptions {
  /** Asked before every command of this client's sessions. */
  readonly approve?: Approve;
  /** Told, for people, what went wrong with the connection. Default: nowhere. */
  readonly onLog?: (line: string) => void;
  /** How a connection that breaks is made again; `false`: it is the only one. */
  readonly reconnect?: ReconnectOptions | false;
  /** How long one attempt may take until everything can be asked, default 30,000. */
  readonly connectTimeoutMs?: number;
  /** Bytes of a line of the bridge, default 64 MiB. A longer one breaks the connection. */
  readonly maxLineBytes?: number;
  /** @internal */
  readonly clock?: Clock;
  /** @internal From 0 to 1. */
  readonly random?: () => number;
}

export interface ConnectOptions extends ClientOptions {
  /** Called for the first connection, and for each after one that broke. Every stream that it gives is the client's to end. */
  readonly open: () => ClientStream | Promise<ClientStream>;
}

export interface Client extends AsyncDisposable {
  /** Creates a session or attaches to one, as `runtime.openSession` does. */
  openSession(options?: OpenSessionOptions): Promise<AgentSession>;
  /** The tools of the bridge, with JSON Schemas of their input. */
  tools(): Promise<readonly ToolDescription[]>;
  /**
   * Ends the connection: calls in flight are cancelled and answered, what runs in its sessions is stopped, their mail stays for the next who
   * opens them. A second call joins the first.
   */
  close(): Promise<void>;
}

const defaultConnectTimeoutMs = 30_000;
/** Answers with all their inline output are far below; a stream without line ends is above soon. */
const defaultMaxLineBytes = 64 * 1024 * 1024;

/**
 * Rejects with `unavailable` when there is no connection, `unsupported` or `invalid_parameter` when the bridge cannot do what the options
 * ask for. Only a connection that was there once is made again.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { clock = systemClock, random = Math.random, onLog = () => {} } = options;
  const log = harmless(onLog);
  const endings = new Endings();
  const sessions = new Map<string, ClientSession>();
  const connector = {
    open: options.open,
    handlers: { request: answerQuestions(options.approve), notification: (...told: Told) => tell(sessions, told) },
    asksApproval: options.approve !== undefined,
    maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes,
    timeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    clock,
    log,
    endings,
    restore: (connection: Connection) => reopenAll(sessions, connection),
  };
  const link = new Link({
    connect: (closing) => openConnection(connector, closing),
    backoff: options.reconnect === false ? null : backoff(options.reconnect),
    clock,
    random,
    log,
    endings,
  });
  await link.start();
  return clientOver(link, sessions, { keep: options.reconnect !== false });
}

function clientOver(link: Link, sessions: Map<string, ClientSession>, { keep }: { readonly keep: boolean }): Client {
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= link.close();
    return closing;
  };
  return {
    async openSession(options = {}) {
      checkOpenOptions(options);
      const { id = newId("session"), parent, onClose, lastClaim } = options;
      const reopening = {
        keep,
        ...(parent === undefined ? {} : { parent_session_id: parent }),
        ...(onClose === undefined ? {} : { on_close: onClose }),
      };
      const params = {
        session_id: id,
        ...reopening,
        ...(lastClaim === undefined || lastClaim === "" ? {} : { last_claim: lastClaim }),
      };
      const opening = link.request("session/open", params, { again: true });
      const opened = understood(await opening.catch((error) => Promise.reject(inOurNames(error))));
      const onClosed = (session: ClientSession): void => {
        if (sessions.get(id) === session) sessions.delete(id);
      };
      const parentId = typeof opened["parent_session_id"] === "string" ? opened["parent_session_id"] : null;
      const session = new ClientSession({ id, parentId, readerEpoch: epochOf(opened), link, reopening, onClosed });
      sessions.set(id, session);
      await session.start();
      return session;
    },
    async tools() {
      return understood(await link.request("tool/list", {}, { again: true }))["tools"] as readonly ToolDescription[];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Told = readonly [method: string, params: unknown];

/** What no session of ours is told about is nobody's. */
function tell(sessions: ReadonlyMap<string, ClientSession>, [method, params]: Told): undefined {
  const id = isRecord(params) ? params["session_id"] : null;
  const session = typeof id === "string" ? sessions.get(id) : undefined;
  if (session === undefined) return;
  if (method === "inbox/message") session.inbox.hint(params);
  if (method === "tool/output" && namesCall(params)) session.viewers.show(params.call_id, params);
}

async function reopenAll(sessions: ReadonlyMap<string, ClientSession>, connection: Connection): Promise<void> {
  // Parents were opened before their children; their requests keep that order.
  await Promise.all(
    [...sessions.values()].map((session) =>
      session.reopen((method, params) => connection.request(method, { session_id: session.id, ...params })),
    ),
  );
}
