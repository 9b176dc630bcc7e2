/** `/bin/true` through the whole runtime, one after the other, against bare `child_process.spawn` and two libraries. */
import { spawn } from "node:child_process";
import { execa } from "execa";
import { x } from "tinyexec";
import { measure } from "./lib/measure.ts";
import { publish } from "./lib/report.ts";
import { benchRuntime } from "./lib/runtime.ts";

await using marked = await benchRuntime();
await using unmarked = await benchRuntime({ marks: "environment" });
const program = "/bin/true";

const bare = (): Promise<void> =>
  new Promise((resolve, reject) => {
    spawn(program, { stdio: ["ignore", "pipe", "pipe"] })
      .on("error", reject)
      .on("close", () => resolve());
  });

const comparisons = await measure(
  {
    "bare spawn": bare,
    "longhand, unmarked": () => unmarked.session.call("run_command", { argv: [program] }),
    "longhand, marked": () => marked.session.call("run_command", { argv: [program] }),
    execa: () => execa(program),
    tinyexec: () => x(program),
  },
  { rounds: 21, iterations: 20, warmup: 3 },
);

const ratioOf = (name: string): number => comparisons.find((row) => row.name === name)?.ratio?.median ?? Number.NaN;
const met = publish({
  bench: "spawn",
  comparisons,
  budgets: [
    {
      name: "unmarked against bare spawn",
      measured: ratioOf("longhand, unmarked"),
      limit: 1.6,
      sense: "at most",
      unit: "x",
    },
    {
      name: "marked against bare spawn",
      measured: ratioOf("longhand, marked"),
      limit: 2.2,
      sense: "at most",
      unit: "x",
    },
  ],
});
process.exitCode = met ? 0 : 1;
