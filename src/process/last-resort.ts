/** When a tree cannot be searched (no descriptor left to read /proc with): its group is killed, and the receipt says how little was looked at. */
import type { ExitStatus } from "./identity.ts";
import type { Receipt } from "./receipt.ts";

/** The leader must not have been reaped: until then its pid, and with it the group's number, cannot belong to anybody else. */
export function killGroup(leaderPid: number): boolean {
  try {
    process.kill(-leaderPid, "SIGKILL");
    return true;
  } catch {
    // Nobody is left in it, or nobody whom we may signal.
    return false;
  }
}

export function receiptOfLastResort(leaderPid: number, exit: ExitStatus | null): Receipt {
  const processes = exit === null ? [{ pid: leaderPid, name: "", signals: ["SIGKILL"] as const }] : [];
  const found = processes.length;
  return { processes, found, stopped: found, survivors: [], coverage: "group", complete: false, durationMs: 0 };
}
