/**
 * The bridge under load: 100 calls in flight, 20 of them printing with live output, and one more is cancelled. From the moment in which a
 * client in another thread writes the line: until the call begins to unwind, and until the client has the answer of the cancel.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createBridge } from "../dist/bridge/index.js";
import type { CallRegistry } from "../dist/session/calls.js";
import type { Asked, Told } from "./lib/bridge-load.ts";
import { type Fact, publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";
import { summarize } from "./lib/statistics.ts";

const rounds = 300;

/** Nanoseconds of the one clock that all threads share, as milliseconds. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

async function measured(options: { readonly reminder: boolean }): Promise<{ effect: number[]; answer: number[] }> {
  await using own = await benchRuntime();
  // Not exported: what a bridge cancels is found as the bridge finds it.
  const { calls } = (own.session as unknown as { readonly parts: { readonly calls: CallRegistry } }).parts;
  const path = join(own.stateDir, "socket");
  const server = createServer((socket) => {
    void createBridge().serve({ input: socket, output: socket, runtime: own.runtime });
  });
  server.listen(path);
  await once(server, "listening");
  const workerData: Asked = { path, silent: 80, printing: 20, rounds, ...options };
  const worker = new Worker(new URL("./lib/bridge-load.ts", import.meta.url), { workerData });
  const began = new Map<string, number>();
  const told = Promise.withResolvers<Told & { readonly kind: "done" }>();
  worker.on("error", told.reject);
  worker.on("message", (message: Told) => {
    if (message.kind === "done") return told.resolve(message);
    const { callId } = message;
    const signal = calls.get("s", callId)?.signal;
    if (signal === undefined) return told.reject(new Error(`${callId} is not in flight`));
    signal.addEventListener("abort", () => began.set(callId, now()));
    worker.postMessage("watched");
  });
  const { samples } = await told.promise;
  await once(worker, "exit");
  server.close();
  return {
    effect: samples.map(({ callId, writtenAt }) => (began.get(callId) ?? Number.NaN) - writtenAt),
    answer: samples.map(({ writtenAt, answeredAt }) => answeredAt - writtenAt),
  };
}

const facts: Fact[] = [];
const budgets = [];
for (const reminder of [true, false]) {
  const what = reminder ? "with a reminder" : "without a reminder";
  const { effect, answer } = await measured({ reminder });
  for (const [name, all] of [
    ["effect", effect],
    ["answer", answer],
  ] as const) {
    const { median, p99, max } = summarize(all);
    // The 99th of a hundred is the scheduler's on a shared machine: what the bridge itself takes shows in the median.
    budgets.push({ name: `${name} ${what}, p50`, measured: median, limit: 10, sense: "at most" as const, unit: "ms" });
    facts.push(
      { name: `${name} ${what}, p99`, value: p99, unit: "ms" },
      { name: `${name} ${what}, max`, value: max, unit: "ms" },
    );
  }
}
process.exitCode = publish({ bench: "bridge-cancel", facts, budgets }) ? 0 : 1;
