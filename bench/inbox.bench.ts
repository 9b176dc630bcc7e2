/** From the exit of a command to the message at a waiting claim, and the rate of durable messages appended and acknowledged. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../dist/base/clock.js";
import { newId } from "../dist/base/ids.js";
import { openSqliteLedger } from "../dist/ledger/sqlite/sqlite-ledger.js";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";
import { summarize } from "./lib/statistics.ts";

/** The command prints the time of its end as the last thing it does; both processes read the same monotonic clock. */
const lastWords = "process.stdout.write(String(process.hrtime.bigint()))";

async function exitToMessage(runs: number): Promise<number[]> {
  await using own = await benchRuntime();
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const ready = Promise.withResolvers<void>();
    using _subscription = own.session.inbox.onReady(ready.resolve);
    await own.session.call("run_command", { argv: [process.execPath, "-e", lastWords], background: true });
    await ready.promise;
    const mail = await own.session.inbox.claim();
    const seen = process.hrtime.bigint();
    const report = mail?.messages.find((message) => message.kind === "tool_result")?.body as {
      stdout: { text: string };
    };
    samples.push(Number(seen - BigInt(report.stdout.text)) / 1e6);
    await mail?.ack();
  }
  return samples;
}

/** How long node takes to be gone after its last words: what no runtime can take away. */
async function lastWordsToExit(runs: number): Promise<number[]> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const child = spawn(process.execPath, ["-e", lastWords], { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => child.on("close", resolve));
    samples.push(Number(process.hrtime.bigint() - BigInt(text)) / 1e6);
  }
  return samples;
}

async function durableRate(messages: number, inFlight: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "longhand-bench-"));
  const ledger = await openSqliteLedger({ path: join(directory, "ledger.sqlite"), clock: systemClock });
  const sessionId = newId("session");
  const { readerEpoch } = await ledger.attach({ sessionId, parentId: null, onClose: "stop", lastClaim: null, now: 0 });
  const reader = { sessionId, readerEpoch };
  let left = messages;
  const begun = performance.now();
  const appender = async (): Promise<void> => {
    while (left-- > 0) {
      const message = {
        messageId: newId("message"),
        kind: "notice",
        createdAt: Date.now(),
        body: { text: "x".repeat(200) },
      };
      await ledger.post({ sessionId, handleId: null, message, durable: true });
    }
  };
  const acker = async (): Promise<void> => {
    for (let acked = 0; acked < messages; ) {
      const claim = await ledger.claim({
        ...reader,
        claimId: newId("claim"),
        tag: "x",
        maxMessages: 256,
        maxBytes: 1e6,
      });
      if (claim === null) continue;
      await ledger.ack({ ...reader, claimId: claim.claimId });
      acked += claim.messages.length;
    }
  };
  await Promise.all([acker(), ...Array.from({ length: inFlight }, appender)]);
  const seconds = (performance.now() - begun) / 1_000;
  await ledger.close();
  rmSync(directory, { recursive: true });
  return messages / seconds;
}

const floor = summarize(await lastWordsToExit(100));
const latency = summarize(await exitToMessage(200));
const rate = await durableRate(20_000, 64);
const met = publish({
  bench: "inbox",
  facts: [
    { name: "last words to close event, bare spawn, p50", value: floor.median, unit: "ms" },
    { name: "last words to claimed message, p50", value: latency.median, unit: "ms" },
    { name: "last words to claimed message, p99", value: latency.p99, unit: "ms" },
  ],
  budgets: [
    { name: "exit to message, p50", measured: latency.median - floor.median, limit: 5, sense: "at most", unit: "ms" },
    { name: "exit to message, p99", measured: latency.p99 - floor.median, limit: 20, sense: "at most", unit: "ms" },
    { name: "durable messages, 64 in flight", measured: rate, limit: 10_000, sense: "at least", unit: "/s" },
  ],
});
process.exitCode = met ? 0 : 1;
