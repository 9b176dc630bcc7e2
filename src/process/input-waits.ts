/** Whether a thread is blocked until somebody writes to the input of its command: by what it is blocked in, never by what was printed. */
import type { ActivityTable, OpenFile } from "./activity-table.ts";
import type { InputIdentity } from "./child.ts";

export interface ThreadOfMember {
  readonly pid: number;
  readonly thread: number;
  /** Device of the controlling terminal of its process; 0 without one. */
  readonly terminal: bigint;
}

/** Structures of poll and bits of select that are looked at: input is nearly always the first, and no program waits for thousands so. */
const mostPolled = 256;
const mostSelected = 1_024;

/** struct pollfd: int fd, short events, short revents. */
const pollfdBytes = 8;
/** POLLIN and POLLRDNORM. */
const readable = 0x1 | 0x40;

/** /dev/tty, major 5, minor 0: the controlling terminal by another name. Programs that ask for passwords open it. */
const controllingTerminal = 0x500n;

/** False also when the kernel does not tell. */
export function waitsForInput(who: ThreadOfMember, input: InputIdentity, table: ActivityTable): boolean {
  const { pid } = who;
  const isInput = (descriptor: number): boolean => {
    const file = descriptor < 0 ? null : table.file(pid, descriptor);
    return file !== null && isSameInput(file, who.terminal, input);
  };
  const call = table.blockedIn(pid, who.thread);
  if (typeof call === "string") return false;
  switch (call.kind) {
    case "read":
      return isInput(call.fd);
    case "poll":
      return polled(pid, call, table).some(isInput);
    case "select":
      return selected(pid, call, table).some(isInput);
    case "epoll":
      return table.watched(pid, call.fd).some(isInput);
    default:
      return false;
  }
}

function isSameInput(file: OpenFile, terminal: bigint, input: InputIdentity): boolean {
  if ("ino" in input) return file.ino === input.ino && file.dev === input.dev;
  return file.rdev === input.rdev || (file.rdev === controllingTerminal && terminal === input.rdev);
}

interface Area {
  readonly address: bigint;
  readonly count: number;
}

function polled(pid: number, { address, count }: Area, table: ActivityTable): number[] {
  const bytes = areaOf(pid, address, Math.min(count, mostPolled) * pollfdBytes, table);
  const fds = [];
  for (let at = 0; at < bytes.length; at += pollfdBytes) {
    if ((bytes.readInt16LE(at + 4) & readable) !== 0) fds.push(bytes.readInt32LE(at));
  }
  return fds;
}

function selected(pid: number, { address, count }: Area, table: ActivityTable): number[] {
  const below = Math.min(count, mostSelected);
  const bytes = areaOf(pid, address, Math.ceil(below / 8), table);
  const fds = [];
  for (let fd = 0; fd < Math.min(below, bytes.length * 8); fd++) {
    if (((bytes[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0) fds.push(fd);
  }
  return fds;
}

/** Empty when there is none, or it cannot be read. Both architectures whose calls are known are little-endian. */
function areaOf(pid: number, address: bigint, length: number, table: ActivityTable): Buffer {
  if (address === 0n || length <= 0) return Buffer.alloc(0);
  return table.memory(pid, address, length) ?? Buffer.alloc(0);
}
