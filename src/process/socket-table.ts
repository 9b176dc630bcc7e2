/** What /proc says about TCP sockets: who listens where, and who holds which socket. A port with a pure parser beside it. */
import { readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { errnoOf } from "../base/errors.ts";
import type { Reading } from "./procfs.ts";

export interface ListeningSocket {
  /** `0.0.0.0`, `127.0.0.1`, `::`, `::1`, …; a v4 address in v6 clothes is the v4 one. */
  readonly address: string;
  readonly port: number;
  /** Names the socket: two processes that show the same one share it. */
  readonly inode: string;
  /** Of the user who made it. */
  readonly uid: number;
}

export interface SocketTable {
  /** Everybody who listens in the network namespace of this process (0: ours). Takes the kernel milliseconds on a large machine. */
  listeners(pid: number): Promise<Reading<readonly ListeningSocket[]>>;
  /** The network namespace of this process (0: ours); equal texts are the same one. */
  network(pid: number): Reading<string>;
  /** What the process has open. */
  descriptors(pid: number): Reading<readonly string[]>;
  /** The inode when that is a socket. */
  socketAt(pid: number, descriptor: string): string | null;
}

export const procfsSockets: SocketTable = {
  async listeners(pid) {
    const v4 = await readTable(`/proc/${pid || "self"}/net/tcp`);
    if (typeof v4 === "string") return v4;
    // Not there where the kernel has no IPv6.
    const v6 = await readTable(`/proc/${pid || "self"}/net/tcp6`);
    return typeof v6 === "string" ? v4 : [...v4, ...v6];
  },
  network: (pid) => attempt(() => readlinkSync(`/proc/${pid || "self"}/ns/net`)),
  descriptors: (pid) => attempt(() => readdirSync(`/proc/${pid}/fd`)),
  socketAt(pid, descriptor) {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? null;
  },
};

/** Rows in state 0A (TCP_LISTEN) of /proc/net/tcp or tcp6. Address and port are hexadecimal, the port in network order. */
const listening =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A \S+ \S+ \S+ +(\d+) +\d+ (\d+) /gm;

export function parseListeners(text: string, order: "LE" | "BE" = endianness()): readonly ListeningSocket[] {
  return [...text.matchAll(listening)].map(([, address = "", port = "", uid = "", inode = ""]) => ({
    address: addressOf(address, order),
    port: Number.parseInt(port, 16),
    inode,
    uid: Number(uid),
  }));
}

/** The kernel prints each 32-bit word of the address as a number: on most machines its bytes come backwards. */
function addressOf(hex: string, order: "LE" | "BE"): string {
  const bytes = Buffer.from(hex, "hex");
  if (order === "LE") bytes.swap32();
  const v4 = bytes.length === 4 ? bytes : v4Within(bytes);
  if (v4 !== null) return [...v4].join(".");
  const groups = bytes.toString("hex").match(/.{4}/g) ?? [];
  // A URL writes an address in its one short form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** `::ffff:a.b.c.d`, as a program shows it that serves v4 through a v6 socket. */
function v4Within(bytes: Buffer): Buffer | null {
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  return mapped ? bytes.subarray(12) : null;
}

/** Unlike the rest of /proc not read at once: the kernel walks a table that grows with the memory, 5 ms for 24 GiB, also when it is empty. */
async function readTable(path: string): Promise<Reading<readonly ListeningSocket[]>> {
  try {
    return parseListeners(await readFile(path, "latin1"));
  } catch (error) {
    return whyNot(error);
  }
}

function attempt<Fact>(look: () => Fact): Reading<Fact> {
  try {
    return look();
  } catch (error) {
    return whyNot(error);
  }
}

function whyNot(error: unknown): "gone" | "unreadable" {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ESRCH" ? "gone" : "unreadable";
}
