/** Signals that leave a command running, or end it in its own way: from somebody who talks to it. */
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

/** Who got it, as pids: every process of the command, or the foreground of its terminal. */
export async function signalCommand({ tree, terminal }: Child, signal: CommandSignal): Promise<readonly number[]> {
  const group = terminal !== null && fromTerminal.has(signal) ? terminal.foregroundGroup() : null;
  const signaled = await tree.signal(signal, group === null ? {} : { group });
  return signaled.map(({ pid }) => pid);
}
