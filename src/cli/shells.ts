/** `longhand shells`: which shells there are, where each was found, and which one runs a text that names none. */

import { oneLine } from "../base/one-line.ts";
import { listShells } from "../runtime/list-shells.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GlobalFlags, settingsOf } from "./options.ts";
import { printLine, type Style, styleFor } from "./terminal.ts";

/** Resolves with the exit code. */
export async function shells(flags: GlobalFlags): Promise<number> {
  const found = listShells(settingsOf(flags));
  if (flags.json === true) printLine(JSON.stringify(found));
  else printLine(render(found as unknown as ShellList, styleFor(process.stdout, flags.color)));
  return exitCodes.ok;
}

interface ShellList {
  readonly default_shell_id: string | null;
  readonly shells: readonly {
    readonly id: string;
    readonly path: string;
    readonly available: boolean;
    readonly source: string;
  }[];
}

/** What people know the places by. */
const places: Readonly<Record<string, string>> = {
  configured: "LONGHAND_DEFAULT_SHELL",
  env: "SHELL",
  login: "login shell",
  etc_shells: "/etc/shells",
  fallback: "installed",
};

function render({ shells: all, default_shell_id: chosen }: ShellList, style: Style): string {
  if (all.length === 0) return "no shell was found";
  const rows = all.map(({ id, path, available, source }) => {
    const place = places[source] ?? source;
    const state = available ? (id === chosen ? style.green("default") : "") : style.red("cannot be run");
    return [oneLine(id), oneLine(path), place, state];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
