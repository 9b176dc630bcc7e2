/** 1,000 handles at once: all start, memory per handle, and how long the event loop is blocked meanwhile. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";

const handles = 1_000;

await using own = await benchRuntime();
await own.session.call("run_command", { argv: ["true"] });
globalThis.gc?.();
const before = process.memoryUsage.rss();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const begun = performance.now();
const started = await Promise.all(
  Array.from({ length: handles }, () =>
    own.session.call("run_command", { argv: ["sh", "-c", "echo started; exec sleep 600"], background: true }),
  ),
);
const startMs = performance.now() - begun;
if (started.some(({ status }) => status !== "running")) throw new Error("not all are running");
globalThis.gc?.();
const perHandleKib = (process.memoryUsage.rss() - before) / handles / 1024;
delay.disable();
const startDelay = delay.percentile(99) / 1e6;

delay.reset();
delay.enable();
const stopBegun = performance.now();
const reports = await own.session.close();
const stopMs = performance.now() - stopBegun;
delay.disable();
const left = reports.reduce((sum, report) => sum + report.receipt.survivors.length, 0);
if (reports.length !== handles || left > 0) throw new Error(`${reports.length} reports, ${left} survivors`);

const met = publish({
  bench: "handles",
  facts: [
    { name: `start of ${handles}`, value: startMs, unit: "ms" },
    { name: `stop of ${handles} by session close`, value: stopMs, unit: "ms" },
    { name: "event-loop delay p99 while stopping", value: delay.percentile(99) / 1e6, unit: "ms" },
  ],
  budgets: [
    { name: "host memory per handle", measured: perHandleKib, limit: 256, sense: "at most", unit: "KiB" },
    { name: "event-loop delay p99 while starting", measured: startDelay, limit: 50, sense: "at most", unit: "ms" },
  ],
});
process.exitCode = met ? 0 : 1;
