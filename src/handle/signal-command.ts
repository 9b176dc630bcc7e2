/** Signals that leave a command running, or end it in its own way: from somebody who talks to it. */
import { type Clock, sleep } from "../base/clock.ts";
import type { Child } from "../process/child.ts";

/** No SIGKILL and no SIGSTOP: what cannot be heard is no talk. `cancel_handle` ends a command for certain. */
export const commandSignals = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGTSTP",
  "SIGCONT",
] as const satisfies readonly NodeJS.Signals[];

export type CommandSignal = (typeof commandSignals)[number];

/** What a terminal sends for Ctrl-C, Ctrl-\ and Ctrl-Z: to its foreground only, so that a shell outlives what it runs. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT", "SIGTSTP"]);

export interface Signaled {
  /** Who got it: every process of the command, or the foreground of its terminal. */
  readonly pids: readonly number[];
  readonly toForeground: boolean;
  /** Whether any of them stopped; null for signals that are not about that. */
  readonly stopped: boolean | null;
}

/** A process stops when it next runs: looked at that often, in all as long as nobody notices. */
const looks = 10;
const lookMs = 20;

export async function signalCommand(
  { tree, terminal }: Pick<Child, "tree" | "terminal">,
  signal: CommandSignal,
  { clock }: { readonly clock: Clock },
): Promise<Signaled> {
  const toForeground = terminal !== null && fromTerminal.has(signal);
  const group = toForeground ? terminal.foregroundGroup() : null;
  // As a terminal does: where nobody is in its foreground, nobody hears the key.
  const signaled = toForeground && group === null ? [] : await tree.signal(signal, group === null ? {} : { group });
  const pids = signaled.map(({ pid }) => pid);
  const stopped = signal === "SIGTSTP" ? await anyStops(tree, pids, clock) : null;
  return { pids, toForeground, stopped };
}

/** The system drops SIGTSTP where no shell with job control could let the process go on: then it was sent, and nothing happens. */
async function anyStops(tree: Child["tree"], pids: readonly number[], clock: Clock): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    const members = await tree.members();
    const theirs = members.filter(({ pid }) => pids.includes(pid));
    if (theirs.length === 0) return false;
    if (theirs.some(({ state }) => state === "T")) return true;
    await sleep(clock, lookMs);
  }
  return false;
}
