/**
 * What a thread is blocked in, as /proc/PID/task/TID/syscall tells it: the number of the call and its arguments. Pure.
 * Numbers are the kernel's own: arch/x86/entry/syscalls/syscall_64.tbl for x64, include/uapi/asm-generic/unistd.h for arm64. A call that
 * was restarted after a stop (restart_syscall) does not tell what it was: nothing is claimed of it, nor of any on another architecture.
 */

export type BlockedIn =
  /** Takes bytes from this descriptor. */
  | { readonly kind: "read"; readonly fd: number }
  /** Waits for any of the `count` pollfd structures at `address`. */
  | { readonly kind: "poll"; readonly address: bigint; readonly count: number }
  /** Waits for any descriptor below `count` whose bit is set at `address`. */
  | { readonly kind: "select"; readonly address: bigint; readonly count: number }
  /** Waits for whatever the epoll instance behind this descriptor watches. */
  | { readonly kind: "epoll"; readonly fd: number }
  /** Waits for a child. */
  | { readonly kind: "children" }
  | { readonly kind: "something_else" }
  /** Is not blocked at all. */
  | { readonly kind: "running" };

type Call = (args: readonly bigint[]) => BlockedIn;

const readFrom =
  (position: number): Call =>
  (args) => ({ kind: "read", fd: int(args[position]) });
const poll: Call = ([address = 0n, count]) => ({ kind: "poll", address, count: int(count) });
const select: Call = ([count, address = 0n]) => ({ kind: "select", address, count: int(count) });
const epoll: Call = ([fd]) => ({ kind: "epoll", fd: int(fd) });
const children: Call = () => ({ kind: "children" });

export type SyscallTable = ReadonlyMap<number, Call>;

const x64: SyscallTable = new Map([
  [0, readFrom(0)], // read
  [7, poll],
  [19, readFrom(0)], // readv
  [23, select],
  [40, readFrom(1)], // sendfile
  [61, children], // wait4
  [232, epoll], // epoll_wait
  [247, children], // waitid
  [270, select], // pselect6
  [271, poll], // ppoll
  [275, readFrom(0)], // splice
  [276, readFrom(0)], // tee
  [281, epoll], // epoll_pwait
  [441, epoll], // epoll_pwait2
]);

const arm64: SyscallTable = new Map([
  [22, epoll], // epoll_pwait
  [63, readFrom(0)], // read
  [65, readFrom(0)], // readv
  [71, readFrom(1)], // sendfile
  [72, select], // pselect6
  [73, poll], // ppoll
  [76, readFrom(0)], // splice
  [77, readFrom(0)], // tee
  [95, children], // waitid
  [260, children], // wait4
  [441, epoll], // epoll_pwait2
]);

/** Null where the numbers are not known: then nobody is said to wait for anything. */
export function syscallsOf(architecture: string): SyscallTable | null {
  if (architecture === "x64") return x64;
  return architecture === "arm64" ? arm64 : null;
}

/** `running`, `-1 SP PC` (blocked outside of a call: in a page fault, say) or `NUMBER ARG… SP PC`; null for anything else. */
export function parseSyscall(text: string, table: SyscallTable): BlockedIn | null {
  const [first = "", ...words] = text.trimEnd().split(" ");
  if (first === "running") return { kind: "running" };
  if (!/^-?\d+$/.test(first) || !words.every((word) => /^0x[0-9a-f]+$/.test(word))) return null;
  return table.get(Number(first))?.(words.map(BigInt)) ?? { kind: "something_else" };
}

/** Arguments are registers; descriptors and counts are their lower half. */
function int(register: bigint = -1n): number {
  return Number(BigInt.asIntN(32, register));
}
