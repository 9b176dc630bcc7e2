/** Who holds a port, as a session may hear it. */
import { listenersAmong } from "../process/listening.ts";
import { listenersOn, type PortHolder } from "../process/port.ts";
import { type ListeningSocket, procfsSockets, type SocketTable } from "../process/socket-table.ts";
import type { Handle } from "./handle.ts";
import { alias } from "./headline.ts";
import { plain } from "./plain.ts";

export interface Holder {
  readonly port: number;
  readonly address: string;
  /** Of the process that holds it. */
  readonly uid: number;
  /** Null, as is the name, when it is another user's, or when nobody says who it is. */
  readonly pid: number | null;
  /** Of the process, never its arguments: they may hold secrets. */
  readonly name: string | null;
  /** The command of the same session that it belongs to. */
  readonly handle: { readonly handleId: string; readonly alias: number; readonly command: string } | null;
}

export interface NamingOptions {
  /** The running commands of the session that asks. */
  readonly neighbours: readonly Handle[];
  /** Ours, or that of whoever asks. */
  readonly uid?: number;
}

export async function nameHolder(
  found: PortHolder,
  { neighbours, uid = process.getuid?.() ?? -1 }: NamingOptions,
): Promise<Holder> {
  const { port, address, pid, name } = found;
  const owner = pid === null ? null : await handleOf(pid, neighbours);
  if (owner !== null) {
    const { handleId, alias, command } = owner.facts;
    return { port, address, uid: found.uid, pid, name, handle: { handleId, alias, command } };
  }
  const named = found.uid === uid ? { pid, name } : { pid: null, name: null };
  return { port, address, uid: found.uid, ...named, handle: null };
}

/** `python3 4711 = h1 (python3 -m http.server 8000)`, `node 4711`, `a process of user 1000`. */
export function holderText({ pid, name, uid, handle }: Holder): string {
  const who = pid === null ? `a process of user ${uid}` : `${plain(name ?? "", 20)} ${pid}`;
  return handle === null ? who : `${who} = ${alias(handle.alias)} (${plain(handle.command, 60)})`;
}

/** The one of these commands that listens on the port. */
export async function listenerAmong(
  handles: readonly Handle[],
  port: number,
  sockets: SocketTable = procfsSockets,
): Promise<Handle | null> {
  const tables = new Map<string, readonly ListeningSocket[]>();
  for (const handle of handles) {
    const { child } = handle;
    if (child === null) continue;
    // Most are in one network: its table is read once.
    const network = sockets.network(child.pid);
    const table = tables.get(network) ?? (await listenersOn(port, child.pid, sockets));
    tables.set(network, table);
    const members = table.length === 0 ? [] : await child.tree.members();
    const pids = members.map(({ pid }) => pid);
    if ((await listenersAmong(pids, table, { sockets })).length > 0) return handle;
  }
  return null;
}

/** The one whose tree the process belongs to. */
async function handleOf(pid: number, handles: readonly Handle[]): Promise<Handle | null> {
  const led = handles.find(({ child }) => child?.pid === pid);
  if (led !== undefined) return led;
  for (const handle of handles) {
    const members = (await handle.child?.tree.members()) ?? [];
    if (members.some((member) => member.pid === pid)) return handle;
  }
  return null;
}
