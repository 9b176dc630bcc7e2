/** What is found on the disk when a ledger is opened, and while it is open. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { Client } from "../../../src/ledger/sqlite/client.ts";
import { schemaVersion } from "../../../src/ledger/sqlite/schema.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { eventually } from "../../support/eventually.ts";
import { identity, refusal } from "../../support/ledger/conformance/world.ts";
import { databasePaths } from "../../support/ledger/directory.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const nextPath = databasePaths();
const host = { hostId: "h", identity, now: 1 };
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** A database that was closed, and its path. */
async function existing(): Promise<string> {
  const path = nextPath();
  const ledger = await openSqliteLedger({ path });
  await ledger.openHost(host);
  await ledger.close();
  return path;
}

describe("opening", () => {
  it.each([0o000, 0o022, 0o777])("makes files for their owner alone, under umask %o", async (umask) => {
    const path = nextPath();
    const before = process.umask(umask);
    const ledger = await openSqliteLedger({ path }).finally(() => process.umask(before));
    await ledger.openHost(host);
    expect(["", "-wal", "-shm"].map((suffix) => mode(path + suffix))).toEqual(["600", "600", "600"]);
    if (umask !== 0o777) expect(mode(dirname(path))).toBe("700");
    await ledger.close();
  });

  it("finds what was there, and its number of the schema", async () => {
    const path = await existing();
    const ledger = await openSqliteLedger({ path });
    expect(await ledger.hosts()).toHaveLength(1);
    expect(ledger.location).toBe(path);
    await ledger.close();
    using database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: schemaVersion });
  });

  it("refuses a newer schema and changes nothing", async () => {
    const path = await existing();
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}; PRAGMA journal_mode = DELETE`);
    database.close();
    const before = readFileSync(path);
    await expect(openSqliteLedger({ path })).rejects.toMatchObject({
      kind: "unavailable",
      retryable: false,
      message: expect.stringContaining("newer longhand"),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("stops writing when a newer version has migrated the database meanwhile", async () => {
    const path = nextPath();
    const ledger = await openSqliteLedger({ path });
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    await expect(ledger.openHost(host)).rejects.toMatchObject({ kind: "unavailable", retryable: false });
    await ledger.close();
  });

  it.each([
    ["a view is missing", "DROP VIEW mail", "no such table: mail"],
    [
      "a column is missing",
      "ALTER TABLE messages RENAME COLUMN coalesce_key TO key",
      "table messages has no column named coalesce_key",
    ],
  ])("names the file and says what to do when %s under the right number", async (_what, change, missing) => {
    const path = await existing();
    const database = new DatabaseSync(path);
    database.exec(change);
    database.close();
    const used = async (): Promise<void> => {
      const ledger = await openSqliteLedger({ path });
      await using _ = { [Symbol.asyncDispose]: () => ledger.close() };
      await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: 1 });
      const message = { messageId: "m", kind: "notice", createdAt: 1, body: {}, coalesceKey: "k" };
      await ledger.post({ sessionId: "s", handleId: null, message, durable: false });
    };
    const error = await used().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "unavailable", retryable: false });
    expect(String(error)).toContain(`${path} is damaged, or of a development version (${missing}`);
    expect(String(error)).toContain("use another state directory");
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it("refuses the database of another program and changes nothing", async () => {
    const path = await existing();
    rmSync(path);
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE notes (text)");
    database.close();
    const before = readFileSync(path);
    await expect(openSqliteLedger({ path })).rejects.toMatchObject({ kind: "unavailable", retryable: false });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    ["garbage", () => Buffer.from("this is no database ".repeat(500))],
    ["half a database", (whole: Buffer) => whole.subarray(0, 6_000)],
    [
      "a broken page",
      (whole: Buffer) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(3_996, 0xff), whole.subarray(4_096)]),
    ],
  ])("refuses a corrupt file (%s) and destroys nothing", async (_name, spoil) => {
    const path = await existing();
    const spoilt = spoil(readFileSync(path));
    writeFileSync(path, spoilt);
    const opened = openSqliteLedger({ path }).then(async (ledger) => {
      await ledger.openHost(host).finally(() => ledger.close());
    });
    await expect(opened).rejects.toMatchObject({
      kind: "unavailable",
      details: { errno: expect.stringMatching(/^SQLITE_/) },
    });
    expect(readFileSync(path).equals(spoilt)).toBe(true);
  });

  it("says why when the directory cannot be made", async () => {
    const path = await existing();
    await expect(openSqliteLedger({ path: `${path}/below/ledger.db` })).rejects.toMatchObject({
      kind: "unavailable",
      details: { errno: "ENOTDIR" },
    });
  });
});

describe("while it is open", () => {
  it("notices that the file was deleted, and goes on when it is back", async () => {
    const path = nextPath();
    const ledger = await openSqliteLedger({ path });
    const ticket = await ledger.openHost(host);
    renameSync(path, `${path}.away`);
    await expect(ledger.beat({ ticket, now: 2 })).rejects.toMatchObject({
      kind: "unavailable",
      details: { errno: "ENOENT" },
    });
    await expect(ledger.hosts()).rejects.toMatchObject({ kind: "unavailable" });
    renameSync(`${path}.away`, path);
    expect(await ledger.beat({ ticket, now: 3 })).toBe(true);
    await ledger.close();
  });

  it("survives one crash of its thread: what waited is unavailable, but for reports", async () => {
    const settings = { path: nextPath(), maxUnreadPerSession: 10, deadlineMs: 1_000, pollMs: 50, create: true };
    const client = new Client({ settings, clock: systemClock, closeMs: 1_000, changed: () => {} });
    await client.opened;
    await client.call("openHost", [host]);
    const waiting = client.call("hosts", []);
    const reported = client.call("record", [{ handleId: "unknown", message: { messageId: "m" } }]);
    const crashed = client.worker.terminate();
    expect(await refusal(waiting)).toBe("unavailable");
    expect(await refusal(reported)).toBe("not_found");
    await crashed;
    expect(await client.call("hosts", [])).toHaveLength(1);
    await client.worker.terminate();
    await eventually(async () => (await refusal(client.call("hosts", []))) === "unavailable");
    await client.close();
    expect(await refusal(client.call("hosts", []))).toBe("closed");
  });
});
