/** Who listens on a TCP port, as one tree sees it: itself, somebody else, or nobody yet. */

import { Pace } from "../base/pace.ts";
import { type Listener, type ListeningOptions, listenersAmong } from "./listening.ts";
import { type ProcessTable, procfsTable } from "./process-table.ts";
import { type ListeningSocket, procfsSockets, type SocketTable } from "./socket-table.ts";
import type { Member } from "./tree.ts";

export type PortState =
  | { readonly kind: "free" }
  | { readonly kind: "ours"; readonly listeners: readonly Listener[] }
  | { readonly kind: "taken"; readonly holder: PortHolder }
  /** Held by a user of whom the tree has a member that does not let us look. */
  | { readonly kind: "unclear"; readonly holder: PortHolder };

/** Whoever listens. Without a pid nobody says so: a process of another user, of another pid namespace, or the kernel itself. */
export interface PortHolder {
  readonly address: string;
  readonly port: number;
  readonly pid: number | null;
  /** The name of the process, never its arguments: they may hold secrets. */
  readonly name: string | null;
  readonly uid: number;
}

export interface PortOwner {
  /** A process in whose network namespace the port is looked for; 0 is us. */
  readonly pid: number;
  /** Live members, found by a look that begins after the call. */
  members(): Promise<readonly Pick<Member, "pid" | "uid">[]>;
}

export interface PortOptions {
  readonly sockets?: SocketTable;
  readonly processes?: ProcessTable;
  /** Whether somebody who listens on this address counts. Default: who may be in the way of a server for this machine. */
  readonly inTheWay?: (address: string) => boolean;
}

/** In the way of everybody: whoever wants this port, on whichever address, does not get it. */
export function isOnEveryAddress(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** In the way of some servers for this machine: on 127.0.0.1 one may listen beside another on ::1. Other addresses are somebody's own. */
export function isForThisMachine(address: string): boolean {
  return isOnEveryAddress(address) || address === "127.0.0.1" || address === "::1";
}

/** Cheap while nobody listens: then only the kernel's table is read. */
export async function lookAtPort(port: number, owner: PortOwner, options: PortOptions = {}): Promise<PortState> {
  const { sockets = procfsSockets, processes = procfsTable, inTheWay = isForThisMachine } = options;
  const listening: ListeningOptions = { sockets, pace: new Pace() };
  const table = await listenersOn(port, owner.pid, sockets);
  if (table.length === 0) return { kind: "free" };
  // In this order: whoever made a socket that was seen exists when the members are looked for.
  const members = await owner.members();
  const pids = members.map(({ pid }) => pid);
  const listeners = await listenersAmong(pids, table, listening);
  if (listeners.length > 0) return { kind: "ours", listeners };
  const socket = table.find(({ address }) => inTheWay(address));
  if (socket === undefined) return { kind: "free" };
  const holder = await holderOf(socket, { where: owner.pid, processes, listening });
  if (holder === null) return { kind: "free" };
  // Found among everybody: it may have been started by the tree a moment ago.
  const now = await owner.members();
  if (holder.pid !== null && now.some(({ pid }) => pid === holder.pid)) {
    return { kind: "ours", listeners: [{ ...socket, pid: holder.pid }] };
  }
  const closed = now.some(({ pid, uid }) => uid === socket.uid && sockets.descriptors(pid) === "unreadable");
  return { kind: holder.pid === null && closed ? "unclear" : "taken", holder };
}

/** Everybody who listens on the port in the network namespace of this process (0: ours); ours when it is gone. */
export async function listenersOn(
  port: number,
  pid: number,
  sockets: SocketTable = procfsSockets,
): Promise<readonly ListeningSocket[]> {
  const there = await sockets.listeners(pid);
  const table = typeof there === "string" ? await sockets.listeners(0) : there;
  return typeof table === "string" ? [] : table.filter((socket) => socket.port === port);
}

interface Among {
  /** A process of the network namespace. */
  readonly where: number;
  readonly processes: ProcessTable;
  readonly listening: ListeningOptions;
}

/** Null when nobody listens any more. Looks through everybody's descriptors: for the one time that it is worth it. */
async function holderOf(socket: ListeningSocket, { where, processes, listening }: Among): Promise<PortHolder | null> {
  const { address, port, uid } = socket;
  const [found] = await listenersAmong(processes.pids(), [socket], listening);
  if (found === undefined) {
    const now = await listenersOn(port, where, listening.sockets);
    const still = now.some(({ inode }) => inode === socket.inode);
    return still ? { address, port, pid: null, name: null, uid } : null;
  }
  const stat = processes.stat(found.pid);
  const status = processes.status(found.pid);
  if (typeof stat === "string") return null;
  return {
    address,
    port,
    pid: found.pid,
    name: stat.name,
    uid: typeof status === "string" ? uid : status.uid,
  };
}
