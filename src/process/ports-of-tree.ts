/** The ports of a tree, for a look that has to be cheap: the kernel's table of sockets is read only when somebody has a socket at all. */

import type { Pace } from "../base/pace.ts";
import { listeningPorts } from "./listening.ts";
import { procfsSockets, type SocketTable } from "./socket-table.ts";

/**
 * Ascending. The table takes the kernel milliseconds on a large machine even when it is empty, because it walks a hash that grows with the
 * memory; who has no socket, as most commands, does not pay for it.
 */
export async function portsOfTree(
  pids: readonly number[],
  { pace, sockets = procfsSockets }: { readonly pace: Pace; readonly sockets?: SocketTable },
): Promise<readonly number[]> {
  const holders = [];
  for (const pid of pids) {
    if (await hasSocket(pid, sockets, pace)) holders.push(pid);
  }
  return holders.length === 0 ? [] : listeningPorts(holders, { sockets, pace });
}

async function hasSocket(pid: number, sockets: SocketTable, pace: Pace): Promise<boolean> {
  const descriptors = sockets.descriptors(pid);
  if (typeof descriptors === "string") return false;
  for (const descriptor of descriptors) {
    if (sockets.socketAt(pid, descriptor) !== null) return true;
    if (pace.isOver) await pace.turn();
  }
  return false;
}
