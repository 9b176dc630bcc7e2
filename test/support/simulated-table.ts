/** A machine of processes in memory: pids wrap, numbers are reused, and a test decides who dies of what. */
import type { Interval } from "../../src/process/interval.ts";
import type { ProcessTable } from "../../src/process/process-table.ts";
import { unlimited } from "../../src/process/procfs.ts";

export interface SimulatedProcess {
  pid: number;
  name: string;
  state: string;
  parentPid: number;
  group: number;
  session: number;
  threads: number;
  startTime: string;
  limits: Interval | "unreadable";
  cookie: string | null | "unreadable";
  uid: number;
  /** The process whose thread this is: then it can be read under its number, and is not listed. */
  threadOf?: number;
  /** What it does with a signal: `die` unless told. */
  onSignal: (signal: NodeJS.Signals) => "die" | "live" | "not_permitted";
}

export interface SimulatedTable extends ProcessTable {
  readonly processes: Map<number, SimulatedProcess>;
  readonly sent: { pid: number; signal: NodeJS.Signals }[];
  /** A new process under the next pid, like `parent` unless told otherwise. */
  fork(parent: number, facts?: Partial<SimulatedProcess>): SimulatedProcess;
  remove(pid: number): void;
  /** Moves on the pid that was allocated last, as other users of the machine do. */
  allocate(count: number): void;
  /** Called before each reading, so that processes can act between two of them. */
  onRead: (pid: number) => void;
}

export function simulatedTable({ largestPid = 32_768 } = {}): SimulatedTable {
  const processes = new Map<number, SimulatedProcess>();
  let lastPid = 1;
  let ticks = 100;
  const next = (): number => {
    do lastPid = lastPid + 1 < largestPid ? lastPid + 1 : 300;
    while (processes.has(lastPid));
    return lastPid;
  };
  const root = { name: "init", state: "S", parentPid: 0, group: 1, session: 1, threads: 1, startTime: "1" };
  const limits = { low: unlimited, high: unlimited };
  processes.set(1, { ...root, pid: 1, limits, cookie: null, uid: 0, onSignal: () => "live" });
  const read = <Fact>(pid: number, fact: (process: SimulatedProcess) => Fact | "unreadable") => {
    table.onRead(pid);
    const process = processes.get(pid);
    return process === undefined ? "gone" : fact(process);
  };
  const table: SimulatedTable = {
    processes,
    sent: [],
    onRead: () => {},
    fork(parent, facts = {}) {
      const from = processes.get(parent) ?? { ...root, pid: 1, limits, cookie: null, uid: 0 };
      const process: SimulatedProcess = {
        ...from,
        state: "S",
        threads: 1,
        onSignal: () => "die",
        pid: next(),
        parentPid: parent,
        startTime: `${ticks++}`,
        ...facts,
      };
      processes.set(process.pid, process);
      return process;
    },
    remove(pid) {
      processes.delete(pid);
      for (const process of processes.values()) if (process.parentPid === pid) process.parentPid = 1;
    },
    allocate(count) {
      for (let i = 0; i < count; i++) next();
    },
    pids: () => [...processes.values()].flatMap(({ pid, threadOf }) => (threadOf ? [] : [pid])).sort((a, b) => a - b),
    stat: (pid) => read(pid, (process) => ({ ...process })),
    status: (pid) => read(pid, ({ uid, threadOf }) => ({ threadGroup: threadOf ?? pid, uid })),
    limits: (pid) => read(pid, (process) => process.limits),
    cookie: (pid) => read(pid, ({ cookie }) => (cookie === "unreadable" ? cookie : { value: cookie })),
    lastPid: () => lastPid,
    largestPid: () => largestPid,
    seesEverybody: () => true,
    groupExists: (group) => [...processes.values()].some((process) => process.group === group),
    kill(pid, signal) {
      const process = processes.get(pid);
      if (process === undefined) return "gone";
      const reaction = process.onSignal(signal);
      if (reaction === "not_permitted") return reaction;
      table.sent.push({ pid, signal });
      if (reaction === "die") table.remove(pid);
      return "sent";
    },
  };
  return table;
}
