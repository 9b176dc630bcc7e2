/** The disk fills up, and turns read-only: said as it is, and forgotten when it is over. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isLonghandError } from "../../../src/base/errors.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { mountTmpfs } from "../../support/tmpfs.ts";

const probe = mountTmpfs("64k");
probe?.[Symbol.dispose]();

const text = "x".repeat(20_000);
const post = (ledger: Ledger, messageId: string) =>
  ledger.post({
    sessionId: "s",
    handleId: null,
    message: { messageId, kind: "notice", createdAt: 1, body: { text } },
    durable: true,
  });

async function openOn(directory: string): Promise<Ledger> {
  const ledger = await openSqliteLedger({ path: join(directory, "ledger.db") });
  await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: 1 });
  return ledger;
}

describe.skipIf(probe === null)("a disk of its own (skipped where a tmpfs may not be mounted)", () => {
  it("that is full refuses with ENOSPC, keeps what it acknowledged, and goes on when there is room", async () => {
    using disk = mountTmpfs("3m");
    if (disk === null) return expect.unreachable();
    const ledger = await openOn(disk.path);
    const ballast = join(disk.path, "ballast");
    writeFileSync(ballast, Buffer.alloc(1_500_000));
    const acknowledged: string[] = [];
    const errnos = new Set<unknown>();
    for (let index = 0; index < 200; index += 1) {
      const batch = [`m${index}a`, `m${index}b`].map(async (id) => {
        await post(ledger, id).then(
          () => acknowledged.push(id),
          (error) => errnos.add(isLonghandError(error) ? `${error.kind} ${error.details?.errno}` : error),
        );
      });
      await Promise.all(batch);
    }
    expect([...errnos]).toEqual(["unavailable ENOSPC"]);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.length).toBeLessThan(400);
    rmSync(ballast);
    expect(await post(ledger, "after")).toMatchObject({ messageId: "after" });
    await ledger.close();
    const again = await openOn(disk.path);
    const stored = (await again.unread({ sessionId: "s", limit: 1_000 })).map(({ messageId }) => messageId);
    expect(stored.toSorted()).toEqual([...acknowledged, "after"].toSorted());
    await again.close();
  });

  it("that has room for a little refuses only what is too much for it", async () => {
    using disk = mountTmpfs("3m");
    if (disk === null) return expect.unreachable();
    const ledger = await openOn(disk.path);
    const large = { messageId: "large", kind: "notice", createdAt: 1, body: { text: "x".repeat(4_000_000) } };
    const refused = ledger.post({ sessionId: "s", handleId: null, message: large, durable: true });
    const fits = post(ledger, "small");
    await expect(refused).rejects.toMatchObject({ kind: "unavailable", retryable: true, details: { errno: "ENOSPC" } });
    expect(await fits).toMatchObject({ messageId: "small" });
    expect(await ledger.pending({ sessionId: "s" })).toMatchObject({ messages: 1 });
    await ledger.close();
  });

  it("that turns read-only refuses writes and new openings, and goes on when it turns back", async () => {
    using disk = mountTmpfs("3m");
    if (disk === null) return expect.unreachable();
    const ledger = await openOn(disk.path);
    await post(ledger, "before");
    await ledger.close();
    disk.remount("ro");
    await expect(openSqliteLedger({ path: join(disk.path, "ledger.db") })).rejects.toMatchObject({
      kind: "unavailable",
      details: { errno: "EROFS" },
    });
    disk.remount("rw");
    const again = await openOn(disk.path);
    expect(await again.pending({ sessionId: "s" })).toMatchObject({ messages: 1 });
    await again.close();
  });
});
