/** Several processes on one database. */
import { describe, expect, it } from "vitest";
import type { MessageRecord } from "../../../src/ledger/ledger.ts";
import { Connection } from "../../../src/ledger/sqlite/connection.ts";
import { createSqliteOperations } from "../../../src/ledger/sqlite/operations.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { eventually } from "../../support/eventually.ts";
import { databasePaths } from "../../support/ledger/directory.ts";
import { type Fixture, startFixture } from "../../support/ledger/fixture.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const nextPath = databasePaths();

describe("several processes on one database", () => {
  it("lose nothing, double nothing, and number the messages of a session in order", async () => {
    const path = nextPath();
    const rounds = 150;
    const writers = ["w1", "w2", "w3", "w4"].map((name) =>
      startFixture("writer.mjs", [path, name, String(rounds), "16"]),
    );
    for (const writer of writers) expect(await writer.exited).toBe(0);
    const acknowledged = writers.flatMap(messagesOf);
    expect(acknowledged).toHaveLength(4 * rounds * 2);
    using operations = createSqliteOperations(path);
    for (const sessionId of ["shared-1", "shared-2"]) {
      const stored = operations.unread({ sessionId, limit: 100_000 });
      const sequences = stored.map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(sequences.length);
      expect(Math.max(...sequences)).toBe(sequences.length);
      expect(stored.length).toBe(4 * rounds);
      expect(byId(stored)).toEqual(byId(acknowledged.filter((message) => message.sessionId === sessionId)));
      const aliases = operations.list({ sessionId, state: "ended", limit: 10_000 }).map(({ alias }) => alias);
      expect(aliases.toSorted((a, b) => a - b)).toEqual(aliases.map((_, index) => index + 1));
    }
    for (const writer of writers) {
      for (const sessionId of ["shared-1", "shared-2"]) {
        const results = messagesOf(writer).filter((m) => m.sessionId === sessionId && m.kind === "notice");
        expect(results.length).toBe(rounds / 2);
      }
    }
  });

  it("keep every acknowledged write of one that is killed in the middle", async () => {
    const path = nextPath();
    const acknowledged: MessageRecord[] = [];
    for (let kill = 0; kill < 5; kill++) {
      const writer = startFixture("writer.mjs", [path, `k${kill}`, "1000000", "8"]);
      await eventually(() => writer.lines.length > 60 + 40 * kill, { timeoutMs: 20_000, what: "acknowledged writes" });
      writer.child.kill("SIGKILL");
      await writer.exited;
      acknowledged.push(...messagesOf(writer));
    }
    using operations = createSqliteOperations(path);
    const stored = ["shared-1", "shared-2"].flatMap((sessionId) => operations.unread({ sessionId, limit: 1_000_000 }));
    const known = byId(stored);
    for (const message of acknowledged) expect(known.get(message.messageId)).toEqual(message);
    for (const message of stored.filter(({ kind }) => kind === "tool_result")) {
      expect(operations.get({ handleId: message.handleId ?? "" })).toMatchObject({
        state: "ended",
        sessionId: message.sessionId,
      });
    }
    const connection = new Connection(path, { busyTimeoutMs: 1_000 });
    expect(connection.get("PRAGMA integrity_check")).toEqual({ integrity_check: "ok" });
    connection.close();
  });

  it("wake each other's subscribers", async () => {
    const path = nextPath();
    const ledger = await openSqliteLedger({ path, pollMs: 10 });
    await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: 1 });
    let woken = 0;
    using _subscription = ledger.onWake("inbox:s", () => {
      woken += 1;
    });
    // The first look after subscribing wakes in any case.
    await eventually(() => woken === 1);
    const other = await openSqliteLedger({ path });
    const message = { messageId: "m", kind: "notice", createdAt: 1, body: {} };
    await other.post({ sessionId: "s", handleId: null, message, durable: false });
    await eventually(() => woken === 2);
    await Promise.all([ledger.close(), other.close()]);
  });

  it("leave a process alone that has nothing to do with it any more", async () => {
    const fixture = startFixture("idle.mjs", [nextPath()]);
    const lingers = setTimeout(() => fixture.child.kill("SIGKILL"), 10_000);
    expect(await fixture.exited).toBe(0);
    clearTimeout(lingers);
    expect(fixture.lines).toContain("open");
  });
});

function messagesOf(writer: Fixture): MessageRecord[] {
  return writer.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as MessageRecord);
}

function byId(messages: readonly MessageRecord[]): Map<string, MessageRecord> {
  return new Map(messages.map((message) => [message.messageId, message]));
}
