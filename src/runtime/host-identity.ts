/** Who this process is among all hosts that may share a state directory. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { HostIdentity } from "../ledger/ledger.ts";
import { readStat } from "../process/procfs.ts";

export function hostIdentity(): HostIdentity {
  const stat = readStat(process.pid);
  return {
    machineId: firstLine("/etc/machine-id") ?? hostname(),
    bootId: firstLine("/proc/sys/kernel/random/boot_id") ?? "unknown",
    pidNamespace: link("/proc/self/ns/pid"),
    pid: process.pid,
    startTime: typeof stat === "string" ? "" : stat.startTime,
  };
}

export type HostVerdict = "alive" | "dead" | "unknown";

/** `unknown` when it cannot be inspected from here: another machine or container. It is left alone then. */
export function judge(other: HostIdentity, self: HostIdentity): HostVerdict {
  if (other.machineId !== self.machineId) return "unknown";
  // The machine was booted since: nothing of it can run.
  if (other.bootId !== self.bootId) return "dead";
  if (other.pidNamespace !== self.pidNamespace) return "unknown";
  const stat = readStat(other.pid);
  if (stat === "gone") return "dead";
  if (typeof stat === "string") return "unknown";
  return stat.startTime === other.startTime && stat.state !== "Z" ? "alive" : "dead";
}

function firstLine(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim().split("\n")[0] || null;
  } catch {
    return null;
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "unknown";
  }
}
