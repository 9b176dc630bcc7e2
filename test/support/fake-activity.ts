/** A tree of processes that do what the test says, as the kernel would tell it. */
import type { ActivityTable, OpenFile, ProcessUsage } from "../../src/process/activity-table.ts";
import type { BlockedIn } from "../../src/process/syscalls.ts";
import type { Member } from "../../src/process/tree.ts";

export interface FakeThread {
  blockedIn?: BlockedIn | "gone" | "unreadable";
  sleeps?: number | null;
}

export interface FakeMember extends FakeThread {
  readonly pid: number;
  startTime?: string;
  name?: string;
  state?: string;
  ticks?: number;
  reapedTicks?: number;
  terminal?: bigint;
  /** Listed by the tree, and gone or closed when it is looked at. */
  missing?: "gone" | "unreadable";
  /** By their ids; without them there is one with the number of the process. */
  threads?: Record<number, FakeThread>;
  files?: Record<number, Partial<OpenFile>>;
  watched?: Record<number, readonly number[]>;
  memory?: { readonly address: bigint; readonly bytes: Buffer };
}

export interface FakeActivity {
  /** The test changes them in place. */
  readonly processes: FakeMember[];
  readonly table: ActivityTable;
  readonly tree: { members(): Promise<readonly Member[]> };
}

const asleep: BlockedIn = { kind: "something_else" };
export const reading = (fd = 0): BlockedIn => ({ kind: "read", fd });

export function fakeActivity(...processes: FakeMember[]): FakeActivity {
  const find = (pid: number): FakeMember | undefined => processes.find((process) => process.pid === pid);
  const threadOf = (pid: number, id: number): FakeThread => find(pid)?.threads?.[id] ?? find(pid) ?? {};
  return {
    processes,
    tree: { members: async () => processes.map(memberOf) },
    table: {
      usage: (pid) => usageOf(find(pid)),
      threads: (pid) => Object.keys(find(pid)?.threads ?? {}).map(Number),
      blockedIn: (pid, thread) => threadOf(pid, thread).blockedIn ?? asleep,
      sleeps: (pid, thread) => threadOf(pid, thread).sleeps ?? null,
      file(pid, descriptor) {
        const file = find(pid)?.files?.[descriptor];
        return file === undefined ? null : { dev: 0n, ino: 0n, rdev: 0n, ...file };
      },
      watched: (pid, descriptor) => find(pid)?.watched?.[descriptor] ?? [],
      memory(pid, address, length) {
        const memory = find(pid)?.memory;
        return memory?.address === address && memory.bytes.length >= length ? memory.bytes.subarray(0, length) : null;
      },
    },
  };
}

function memberOf({ pid, startTime = "1", name = "program", state = "S" }: FakeMember): Member {
  return { pid, startTime, name, state, parentPid: 1, uid: 0 };
}

function usageOf(member: FakeMember | undefined): ProcessUsage | "gone" | "unreadable" {
  if (member === undefined) return "gone";
  if (member.missing !== undefined) return member.missing;
  return {
    startTime: member.startTime ?? "1",
    name: member.name ?? "program",
    state: member.state ?? "S",
    threads: Object.keys(member.threads ?? {}).length || 1,
    ownTicks: member.ticks ?? 0,
    reapedTicks: member.reapedTicks ?? 0,
    terminal: member.terminal ?? 0n,
  };
}
