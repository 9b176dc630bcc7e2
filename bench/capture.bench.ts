/**
 * Large output into artifacts: throughput and the host's memory, by pipe with hash and by file without. In memory (/dev/shm) where there
 * is one, so that the code is measured and not the disk; `sh -c 'head > file'` in the same place is the physical limit.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";

const gb = 1_000_000_000;

const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
await using own = await benchRuntime({ marks: "environment" }, place);

interface Capture {
  readonly gbPerSecond: number;
  readonly rssGrowthMb: number;
  readonly hash: string | null;
}

async function capture(bytes: number, transport: "pipe" | "file"): Promise<Capture> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const begun = performance.now();
  const { data } = await own.session.call("run_command", {
    argv: ["head", "-c", String(bytes), "/dev/zero"],
    capture: { merge_stderr: true, transport },
    max_output_bytes: 100 * gb,
  });
  const seconds = (performance.now() - begun) / 1_000;
  clearInterval(watch);
  if (data["byte_count"] !== bytes) throw new Error(`captured ${data["byte_count"]} of ${bytes} bytes`);
  const hash = data["output_sha256"];
  free(data["handle_id"]);
  return {
    gbPerSecond: bytes / gb / seconds,
    rssGrowthMb: (peak - before) / 1e6,
    hash: typeof hash === "string" ? hash : null,
  };
}

/** The output of the last one is not kept in memory beside the next. */
function free(handleId: unknown): void {
  rmSync(join(own.stateDir, "artifacts", String(handleId)), { recursive: true });
}

function redirect(bytes: number): number {
  const begun = performance.now();
  spawnSync("sh", ["-c", `head -c ${bytes} /dev/zero > ${join(own.stateDir, "redirected")}`]);
  const seconds = (performance.now() - begun) / 1_000;
  rmSync(join(own.stateDir, "redirected"));
  return bytes / gb / seconds;
}

await capture(gb / 10, "pipe");
await capture(gb / 10, "file");
const pipe = await capture(2 * gb, "pipe");
const file = await capture(2 * gb, "file");
const limit = redirect(2 * gb);
const long = await capture(10 * gb, "pipe");
if (pipe.hash === null || long.hash === null) throw new Error("captured by pipe without a hash");

const met = publish({
  bench: "capture",
  facts: [
    { name: "2 GB by pipe, hashed", value: pipe.gbPerSecond, unit: "GB/s" },
    { name: "2 GB by file", value: file.gbPerSecond, unit: "GB/s" },
    { name: "2 GB by shell redirection, the physical limit", value: limit, unit: "GB/s" },
    { name: "10 GB by pipe, hashed", value: long.gbPerSecond, unit: "GB/s" },
    { name: "RSS growth over 2 GB by file", value: file.rssGrowthMb, unit: "MB" },
  ],
  budgets: [
    { name: "by pipe with hash", measured: pipe.gbPerSecond, limit: 0.5, sense: "at least", unit: "GB/s" },
    { name: "by file without", measured: file.gbPerSecond, limit: 3, sense: "at least", unit: "GB/s" },
    { name: "RSS growth over 2 GB", measured: pipe.rssGrowthMb, limit: 40, sense: "at most", unit: "MB" },
    { name: "RSS growth over 10 GB", measured: long.rssGrowthMb, limit: 40, sense: "at most", unit: "MB" },
  ],
});
process.exitCode = met ? 0 : 1;
