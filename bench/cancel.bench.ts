/** From `cancel_handle` to nobody left: a cooperative tree of 20, one that ignores SIGTERM, and an endless forker. */
import { join } from "node:path";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";
import { summarize } from "./lib/statistics.ts";

await using own = await benchRuntime();
const fixtures = join(import.meta.dirname, "../test/fixtures");

const trees: Readonly<Record<string, { readonly argv: readonly string[]; readonly runs: number }>> = {
  "cooperative tree of 20": {
    argv: ["sh", "-c", "for i in $(seq 19); do sleep 600 & done; echo ready; wait"],
    runs: 100,
  },
  "tree that ignores SIGTERM": {
    argv: ["sh", "-c", "trap '' TERM; for i in $(seq 5); do (while :; do sleep 1; done) & done; echo ready; wait"],
    runs: 5,
  },
  "endless forker": {
    argv: [
      "sh",
      "-c",
      'sh "$1" "$2" & echo ready; exec sleep 600',
      "-",
      join(fixtures, "fork-forever.sh"),
      own.stateDir,
    ],
    runs: 20,
  },
};

async function cancelOnce(argv: readonly string[]): Promise<number> {
  const started = await own.session.call("run_command", { argv, background: true });
  const name = String(started.data["handle_id"]);
  for (let printed = ""; !printed.includes("ready"); ) {
    const page = await own.session.call("read_command_output", { handle_id: name });
    printed = String(page.data["content"]);
  }
  const begun = performance.now();
  const { data } = await own.session.call("cancel_handle", { handle_id: name, wait_result_ms: 10_000 });
  const ms = performance.now() - begun;
  const cleanup = (data["result"] as { process_cleanup: { survivor_count: number; complete: boolean } })
    .process_cleanup;
  if (cleanup.survivor_count > 0 || !cleanup.complete) throw new Error(`not clean: ${JSON.stringify(cleanup)}`);
  return ms;
}

const facts = [];
const budgets = [];
for (const [name, { argv, runs }] of Object.entries(trees)) {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) samples.push(await cancelOnce(argv));
  const { median, p99 } = summarize(samples);
  facts.push({ name: `${name}, p50 of ${runs}`, value: median, unit: "ms" });
  const limit = name.startsWith("cooperative") ? 50 : 2_000;
  budgets.push({ name: `${name}, p99 of ${runs}`, measured: p99, limit, sense: "at most" as const, unit: "ms" });
}
process.exitCode = publish({ bench: "cancel", facts, budgets }) ? 0 : 1;
