/** Which of some processes listens on which TCP port. */
import { Pace } from "../base/pace.ts";
import { type ListeningSocket, procfsSockets, type SocketTable } from "./socket-table.ts";

export interface Listener extends ListeningSocket {
  /** A process that holds the socket: the lowest of those that were looked at. */
  readonly pid: number;
}

export interface ListeningOptions {
  readonly sockets?: SocketTable;
  readonly pace?: Pace;
}

/** The ports on which any of these processes accepts connections, ascending. Cheap when nobody listens; yields when it is not. */
export async function listeningPorts(
  pids: readonly number[],
  options: ListeningOptions = {},
): Promise<readonly number[]> {
  const { sockets = procfsSockets } = options;
  const table = await tableOf(pids, sockets);
  const listeners = await listenersAmong(pids, table, options);
  return [...new Set(listeners.map(({ port }) => port))].sort((a, b) => a - b);
}

/** The listeners of `table` that any of these processes holds. */
export async function listenersAmong(
  pids: readonly number[],
  table: readonly ListeningSocket[],
  { sockets = procfsSockets, pace = new Pace() }: ListeningOptions = {},
): Promise<readonly Listener[]> {
  const wanted = new Map(table.map((socket) => [socket.inode, socket]));
  const found: Listener[] = [];
  for (const pid of pids) {
    // Everybody has a holder: the rest would be looked at for nothing.
    if (wanted.size === 0) break;
    for (const inode of await socketsOf(pid, sockets, pace)) {
      const socket = wanted.get(inode);
      if (socket !== undefined && wanted.delete(inode)) found.push({ ...socket, pid });
    }
  }
  return found;
}

async function socketsOf(pid: number, sockets: SocketTable, pace: Pace): Promise<ReadonlySet<string>> {
  const inodes = new Set<string>();
  const descriptors = sockets.descriptors(pid);
  for (const descriptor of typeof descriptors === "string" ? [] : descriptors) {
    const inode = sockets.socketAt(pid, descriptor);
    if (inode !== null) inodes.add(inode);
    if (pace.isOver) await pace.turn();
  }
  return inodes;
}

/** What listens where the first of these processes is that still tells. */
async function tableOf(pids: readonly number[], sockets: SocketTable): Promise<readonly ListeningSocket[]> {
  for (const pid of pids) {
    const table = await sockets.listeners(pid);
    if (typeof table !== "string") return table;
  }
  return [];
}
