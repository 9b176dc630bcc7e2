import { spawn } from "node:child_process";
import { chmodSync, copyFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Receipt } from "../../../src/process/receipt.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture, readIfThere, scratch } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const nobody = 65_534;

interface HostReport {
  readonly uid: number;
  readonly members: readonly { readonly pid: number; readonly uid: number }[];
  readonly receipt: Receipt;
}

it.skipIf(process.getuid?.() !== 0)(
  "an ordinary user's host marks and ends its tree, and names the set-uid child it may not end",
  async () => {
    using dir = scratch();
    chmodSync(dir.path, 0o777);
    copyFileSync("/usr/bin/setpriv", `${dir.path}/become-root`);
    chmodSync(`${dir.path}/become-root`, 0o4755);
    const args = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", process.execPath];
    spawn("setpriv", [...args, fixture("unprivileged-host.ts"), dir.path], { stdio: ["ignore", "ignore", "inherit"] });
    const text = await eventually(() => readIfThere(`${dir.path}/receipt`), {
      timeoutMs: 15_000,
      what: "the host's receipt",
    });
    const { uid, members, receipt } = JSON.parse(text) as HostReport;
    const rootChild = members.find((member) => member.uid === 0)?.pid ?? -1;
    try {
      expect(uid).toBe(nobody);
      expect(isAlive(rootChild)).toBe(true);
      expect(receipt.survivors).toEqual([{ pid: rootChild, name: "sleep", reason: "not_permitted" }]);
      expect(receipt).toMatchObject({ found: 3, stopped: 2, coverage: "marked", complete: true });
      expect(members.filter(({ pid }) => isAlive(pid)).map(({ pid }) => pid)).toEqual([rootChild]);
    } finally {
      process.kill(rootChild, "SIGKILL");
    }
  },
);
