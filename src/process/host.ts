/** The process layer put together: marks, trees and the launcher, ready to start commands. Usable without the rest of longhand. */
import { type Clock, systemClock } from "../base/clock.ts";
import { inheritedEnvironment } from "./environment.ts";
import { createFdBudget, type FdBudget } from "./fd-budget.ts";
import { createLauncher, type Launcher } from "./launcher.ts";
import { createMarks, type Marks } from "./marks.ts";
import { createTrees, type Trees } from "./process-tree.ts";
import { markVariable } from "./procfs.ts";

export interface ProcessHostOptions {
  /** An existing private directory, for pipes and the bytes of stdin. */
  readonly runtimeDir: string;
  readonly clock?: Clock;
  /** `environment`: faster, and a process that empties its environment and leaves its group and session escapes. Default `auto`. */
  readonly marks?: "auto" | "environment";
}

export interface ProcessHost {
  readonly launcher: Launcher;
  readonly marks: Marks;
  readonly trees: Trees;
  /** Files that commands may hold open, pipes included. */
  readonly budget: FdBudget;
}

export function createProcessHost({
  runtimeDir,
  clock = systemClock,
  marks: kind = "auto",
}: ProcessHostOptions): ProcessHost {
  const enclosingCookie = inheritedEnvironment()[markVariable] ?? null;
  const marks = createMarks({ enclosingCookie, marks: kind });
  const trees = createTrees({ clock });
  const budget = createFdBudget();
  const launcher = createLauncher({
    runtimeDir,
    clock,
    budget,
    newMark: (handleId) => marks.newMark(handleId),
    wrap: (argv, mark) => marks.wrap(argv, mark),
    createTree: (leader, mark, exited) => trees.createTree(leader, mark, exited),
  });
  return { launcher, marks, trees, budget };
}
