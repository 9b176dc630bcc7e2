/** What ending a tree did: who was found, what each was sent, who is left. It never claims more than was looked at. */

export type SurvivorReason = "not_permitted" | "uninterruptible" | "kept";

/**
 * How far the search went. `namespace`: a pid namespace holds the whole tree. `marked`: every process of the machine was asked for
 * a mark that survives `setsid`, double forks and an emptied environment. `group`: group, session, parents and environment only.
 */
export type Coverage = "namespace" | "marked" | "group";

export interface ReceiptEntry {
  readonly pid: number;
  /** `comm` of the process: the program's name, never its arguments (they may hold secrets). */
  readonly name: string;
  /** Signals it was sent, in order; empty when it ended by itself or was kept. */
  readonly signals: readonly NodeJS.Signals[];
}

export interface Survivor {
  readonly pid: number;
  readonly name: string;
  readonly reason: SurvivorReason;
}

export interface Receipt {
  /** Live processes of the tree that were found besides those that had ended before the first look; at most 100 are listed. */
  readonly processes: readonly ReceiptEntry[];
  /** How many were found in all: may exceed `processes.length`. */
  readonly found: number;
  /** How many of them were sent a signal and are gone. */
  readonly stopped: number;
  readonly survivors: readonly Survivor[];
  readonly coverage: Coverage;
  /** False when the deadline came before every newly allocated pid was examined: somebody may be left unseen. */
  readonly complete: boolean;
  readonly durationMs: number;
}
