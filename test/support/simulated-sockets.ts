/** Sockets in memory: who listens where, and who holds what, as a test says. */
import type { ListeningSocket, SocketTable } from "../../src/process/socket-table.ts";

export interface SimulatedSockets extends SocketTable {
  readonly listening: ListeningSocket[];
  /** pid → inodes of its sockets. */
  readonly held: Map<number, Set<string>>;
  /** Processes that do not let us look at their descriptors. */
  readonly closed: Set<number>;
  /** Called by each look at the descriptors of a process. */
  onDescriptors: (pid: number) => void;
  /** A new socket on which these processes listen. */
  listen(
    port: number,
    holders: readonly number[],
    options?: { readonly address?: string; readonly uid?: number },
  ): string;
  close(inode: string): void;
}

export function simulatedSockets(): SimulatedSockets {
  let next = 1;
  const table: SimulatedSockets = {
    listening: [],
    held: new Map(),
    closed: new Set(),
    onDescriptors: () => {},
    listen(port, holders, { address = "127.0.0.1", uid = 1_000 } = {}) {
      const inode = `${next++}`;
      table.listening.push({ address, port, inode, uid });
      for (const pid of holders) table.held.set(pid, new Set([...(table.held.get(pid) ?? []), inode]));
      return inode;
    },
    close(inode) {
      const at = table.listening.findIndex((socket) => socket.inode === inode);
      if (at >= 0) table.listening.splice(at, 1);
      for (const sockets of table.held.values()) sockets.delete(inode);
    },
    listeners: async () => [...table.listening],
    network: () => "net:[1]",
    descriptors(pid) {
      table.onDescriptors(pid);
      return table.closed.has(pid) ? "unreadable" : ["0", ...(table.held.get(pid) ?? [])];
    },
    socketAt: (pid, descriptor) => (table.held.get(pid)?.has(descriptor) === true ? descriptor : null),
  };
  return table;
}
