/** `longhand doctor`: what this machine can do, and every setting with its origin. Finding out is the runtime's; this prints. */
import { type HostInspection, inspectHost, type Setting } from "../runtime/inspect-host.ts";
import type { CheckStatus } from "../runtime/probe.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GlobalFlags, settingsOf } from "./options.ts";
import { printLine, type Style, styleFor } from "./terminal.ts";
import { size } from "./text.ts";

/** Resolves with 1 when something essential is missing. */
export async function doctor(flags: GlobalFlags): Promise<number> {
  const inspection = await inspectHost(settingsOf(flags));
  if (flags.json === true) printLine(JSON.stringify(toJson(inspection)));
  else printLine(render(inspection, styleFor(process.stdout, flags.color)));
  return inspection.ok ? exitCodes.ok : exitCodes.unhealthy;
}

/** Keyed by name, so that a script can ask for one: `jq .checks.marks.status`. */
function toJson({ ok, checks, settings }: HostInspection): unknown {
  return {
    ok,
    checks: Object.fromEntries(checks.map(({ name, ...finding }) => [name, finding])),
    settings: Object.fromEntries(settings.map(({ name, ...setting }) => [name, setting])),
  };
}

const words: Readonly<Record<CheckStatus, string>> = { ok: "ok", limited: "limited", missing: "MISSING", absent: "-" };

function render({ ok, checks, settings }: HostInspection, style: Style): string {
  const paint = { ok: style.green, limited: style.yellow, missing: style.red, absent: style.dim } as const;
  const rows = checks.map(({ name, status, summary }) => [
    name.replaceAll("_", " ").padEnd(18),
    paint[status](words[status].padEnd(8)),
    summary,
  ]);
  const verdict = ok
    ? style.green("everything that is needed is there")
    : style.red("something that is needed is missing");
  return [
    style.bold("This machine"),
    ...rows.map((row) => `  ${row.join("")}`),
    "",
    style.bold("Settings"),
    ...settings.map((setting) => `  ${settingRow(setting, style)}`),
    "",
    verdict,
  ].join("\n");
}

function settingRow({ name, value, origin, variable }: Setting, style: Style): string {
  const from = origin === "environment" ? variable : origin;
  return `${name.padEnd(18)}${humanValue(name, value).padEnd(40)} ${origin === "default" ? style.dim(from) : style.cyan(from)}`;
}

/** Durations and sizes are numbers inside, and people write them otherwise. */
function humanValue(name: string, value: Setting["value"]): string {
  if (typeof value !== "number") return String(value);
  if (name.endsWith("Ms")) return value % dayMs === 0 && value > 0 ? `${value / dayMs}d` : `${value / 1_000}s`;
  if (name.endsWith("Bytes")) return value % gib === 0 ? `${value / gib} GiB` : size(value);
  return String(value);
}

const dayMs = 24 * 60 * 60 * 1_000;
const gib = 1024 ** 3;
