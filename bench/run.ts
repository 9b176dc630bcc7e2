/** Runs the benchmarks named as arguments, or all `*.bench.ts` beside this file, each in a process of its own. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const names = process.argv.slice(2);
const available = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length));
const unknown = names.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are: ${available.join(", ")}`);
  process.exit(2);
}

const failed = (names.length > 0 ? names : available).filter((name) => {
  // A fresh process for each: one benchmark's heap, pools and descriptors are not the next one's business.
  const run = spawnSync(process.execPath, ["--expose-gc", join(import.meta.dirname, `${name}.bench.ts`)], {
    stdio: "inherit",
  });
  return run.status !== 0;
});
if (failed.length > 0) {
  console.error(`\nover budget or broken: ${failed.join(", ")}`);
  process.exitCode = 1;
}
