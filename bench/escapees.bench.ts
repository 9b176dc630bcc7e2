/** Five kinds of escapee and an endless forker, ended by cancel, timeout and session close; an observer outside looks who is left. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report, Session } from "../dist/index.js";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";
import { summarize } from "./lib/statistics.ts";

const runs = Number(process.env["RUNS"] ?? 100);
const fixtures = join(import.meta.dirname, "../test/fixtures");
const work = mkdtempSync(join(tmpdir(), "longhand-escapees-"));
/** The leader and its five escapees, beside a forker that changes its session for ever with an emptied environment. */
const script = 'sh "$1/fork-forever.sh" "$2/forker" clean & exec sh "$1/escapees.sh" "$2/pids"';
const names = ["background", "group", "session", "daemon", "emptied", "leader"];

await using own = await benchRuntime({ stopGraceMs: 500 });

interface Tally {
  readonly ms: number[];
  survivors: number;
  disagreements: number;
}

const endings: Readonly<Record<string, (session: Session, argv: readonly string[], dir: string) => Promise<Report>>> = {
  cancel: async (session, argv, dir) => {
    const { data } = await session.call("run_command", { argv, background: true });
    await allStarted(dir);
    await session.call("cancel_handle", { handle_id: data["handle_id"], wait_result_ms: 10_000 });
    return reportOf(session, String(data["handle_id"]));
  },
  timeout: async (session, argv) => {
    const { data } = await session.call("run_command", { argv, timeout_ms: 400 });
    return reportOf(session, String(data["handle_id"]));
  },
  "session close": async (session, argv, dir) => {
    await session.call("run_command", { argv, background: true });
    await allStarted(dir);
    const [report] = await session.close();
    if (report === undefined) throw new Error("no report");
    return report;
  },
};

const facts = [];
const budgets = [];
for (const [name, end] of Object.entries(endings)) {
  const tally: Tally = { ms: [], survivors: 0, disagreements: 0 };
  for (let run = 0; run < runs; run++) await once(name, end, run, tally);
  const { median, p99 } = summarize(tally.ms);
  facts.push(
    { name: `${name}: stop p50`, value: median, unit: "ms" },
    { name: `${name}: stop p99`, value: p99, unit: "ms" },
  );
  budgets.push(
    {
      name: `${name}: survivors in ${runs} runs`,
      measured: tally.survivors,
      limit: 0,
      sense: "at most" as const,
      unit: "processes",
    },
    {
      name: `${name}: receipts that disagree`,
      measured: tally.disagreements,
      limit: 0,
      sense: "at most" as const,
      unit: "receipts",
    },
  );
}
rmSync(work, { recursive: true });
process.exitCode = publish({ bench: "escapees", facts, budgets }) ? 0 : 1;

async function once(name: string, end: (typeof endings)[string], run: number, tally: Tally): Promise<void> {
  const dir = join(work, `${name}-${run}`.replace(" ", "-"));
  for (const folder of ["forker", "pids"]) mkdirSync(join(dir, folder), { recursive: true });
  const session = await own.runtime.openSession();
  const report = await end(session, ["sh", "-c", script, "-", fixtures, dir], dir);
  tally.ms.push(report.receipt.durationMs);
  const { receipt } = report;
  const pids = names.map((escapee) => Number(readFileSync(join(dir, "pids", escapee), "utf8")));
  tally.survivors += markedBy(dir).length + pids.filter(isAlive).length;
  const listed = new Set(receipt.processes.map(({ pid }) => pid));
  const agrees = receipt.complete && receipt.survivors.length === 0 && pids.every((pid) => listed.has(pid));
  if (!agrees) tally.disagreements += 1;
  if (!agrees) console.error(name, run, "receipt", JSON.stringify(receipt), "pids", pids);
  await session.close();
}

/** All processes whose arguments name this run's directory: the observer knows nothing of marks, groups or parents. */
function markedBy(dir: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(dir);
    } catch {
      return false;
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

async function allStarted(dir: string): Promise<void> {
  while (readdirSync(join(dir, "pids")).filter((file) => names.includes(file)).length < names.length) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function reportOf(session: Session, handleId: string): Promise<Report> {
  const { data } = await session.call("wait_command", { handle_id: handleId, timeout_ms: 10_000 });
  const result = data["process_cleanup"] as {
    processes: { pid: number; command_name: string; signals: string[] }[];
  } & Record<string, unknown>;
  return {
    receipt: {
      processes: result.processes.map(({ pid, command_name, signals }) => ({ pid, name: command_name, signals })),
      survivors: result["survivors"],
      complete: result["complete"],
      durationMs: result["duration_ms"],
    },
  } as unknown as Report;
}
