/** A receipt for people: who was found, and what each got. Pure. */

import { oneLine } from "../../base/one-line.ts";
import type { CleanupData } from "../run-data.ts";

/** One line for each program that got the same signals, and one for who is left. */
export function receiptLines({
  processes,
  found_count: found,
  stopped_count: stopped,
  survivors,
}: CleanupData): string[] {
  const groups = Map.groupBy(processes, ({ command_name: name, signals }) => `${oneLine(name)}: ${fate(signals)}`);
  const lines = [...groups].map(([what, members]) => `${members.length} x ${what}`);
  const left = survivors.map(({ pid, command_name: name, reason }) => `${oneLine(name)} ${pid} (${reason})`);
  return [
    ...lines,
    `${found} found, ${stopped} stopped, ${left.length} left${left.length > 0 ? `: ${left.join(", ")}` : ""}`,
  ];
}

function fate(signals: readonly string[]): string {
  return signals.length === 0 ? "ended by itself" : signals.join(", then ");
}
