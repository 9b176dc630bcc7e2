/** Where state is kept: the directories, their disk, and the database. */
import { statfsSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type { Probe } from "./probe.ts";
import { makeRuntimeDirectory } from "./runtime-directory.ts";
import { prepareStateDirectory } from "./state-directory.ts";

/** The default output cap of one command: below that, a single one may fill the disk. */
const littleSpace = 1024 ** 3;

export const stateProbes: Readonly<Record<string, Probe>> = {
  state_directory: ({ values }) => {
    const { directory } = prepareStateDirectory(values.stateDir);
    const { bavail, bsize } = statfsSync(directory);
    const free = bavail * bsize;
    const facts = { path: directory, free_bytes: free, local: true };
    const summary = `${directory}, private, on a local disk, ${(free / 1e9).toFixed(1)} GB free`;
    return { status: free < littleSpace ? "limited" : "ok", summary, facts };
  },
  runtime_directory: ({ values }) => {
    makeRuntimeDirectory(values.runtimeDir).remove();
    return { status: "ok", summary: values.runtimeDir, facts: { path: values.runtimeDir } };
  },
  database: async ({ values }) => {
    if (values.store === "memory") return { status: "ok", summary: "in memory: forgotten with the process" };
    const { database } = prepareStateDirectory(values.stateDir);
    const ledger = await openSqliteLedger({ path: database, clock: systemClock });
    try {
      const hosts = await ledger.hosts();
      const alive = hosts.filter((host) => host.alive).length;
      const facts = { path: database, hosts_alive: alive };
      return {
        status: "ok",
        summary: `${database} opens; ${alive} other ${alive === 1 ? "runtime uses" : "runtimes use"} it`,
        facts,
      };
    } finally {
      await ledger.close();
    }
  },
};
