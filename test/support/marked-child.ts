/** Starts a command under a mark as the launcher would, without the launcher. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ExitStatus, ProcessIdentity } from "../../src/process/identity.ts";
import type { Mark } from "../../src/process/mark.ts";
import type { Marks } from "../../src/process/marks.ts";
import type { Trees } from "../../src/process/process-tree.ts";
import type { ProcessTree } from "../../src/process/tree.ts";

export interface MarkedChild {
  readonly leader: ProcessIdentity;
  readonly mark: Mark;
  readonly exited: Promise<ExitStatus>;
  readonly tree: ProcessTree;
}

export async function startMarked(argv: readonly string[], marks: Marks, trees: Trees): Promise<MarkedChild> {
  const mark = await marks.newMark("hto-test");
  const [program = "", ...args] = marks.wrap(argv, mark);
  const env = { ...process.env, LONGHAND_MARK: mark.cookie };
  const child = spawn(program, args, { env, detached: true, stdio: "ignore" });
  const exited = new Promise<ExitStatus>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const leader = { pid: child.pid ?? -1, startTime: startTimeOf(child.pid ?? -1) };
  return { leader, mark, exited, tree: trees.createTree(leader, mark, exited) };
}

function startTimeOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? "";
}
