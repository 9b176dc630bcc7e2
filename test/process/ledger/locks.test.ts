/** A peer that holds the write lock, even stopped: whoever waits, it is not the event loop. */
import { afterEach, describe, expect, it } from "vitest";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openSqliteLedger, type SqliteLedgerOptions } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { eventually } from "../../support/eventually.ts";
import { identity, refusal } from "../../support/ledger/conformance/world.ts";
import { databasePaths } from "../../support/ledger/directory.ts";
import { type Fixture, startFixture } from "../../support/ledger/fixture.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const nextPath = databasePaths();
let holder: Fixture | undefined;
afterEach(async () => {
  holder?.child.kill("SIGKILL");
  await holder?.exited;
  holder = undefined;
});

/** A ledger with a handle, whose write lock another process holds, stopped. */
async function locked(
  options: Partial<SqliteLedgerOptions> = {},
): Promise<{ ledger: Ledger; path: string; ticket: { hostId: string; epoch: number } }> {
  const path = nextPath();
  const ledger = await openSqliteLedger({ path, ...options });
  const ticket = await ledger.openHost({ hostId: "h", identity, now: 1 });
  await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: 1 });
  await ledger.place({ ...place("a"), ticket });
  holder = startFixture("hold-lock.mjs", [path]);
  await holder.says("held");
  holder.child.kill("SIGSTOP");
  return { ledger, path, ticket };
}

function place(handleId: string) {
  const rest = { callId: null, label: null, lifetime: "session", spec: {}, createdAt: 1 } as const;
  return { handleId, sessionId: "s", requestId: handleId, ...rest };
}

function record(ledger: Ledger, ticket: { hostId: string; epoch: number }) {
  const message = { messageId: "m-a", kind: "tool_result", createdAt: 1, body: {} };
  const end = { report: {}, artifacts: "none", endedAt: 1, answer: null, durable: true } as const;
  return ledger.record({ handleId: "a", ticket, message, ...end });
}

async function release(): Promise<void> {
  holder?.child.kill("SIGCONT");
  holder?.child.stdin?.end();
  await holder?.exited;
}

describe("a stopped peer that holds the write lock", () => {
  it("lets the event loop run and reads pass; writes are done when it lets go", async () => {
    const { ledger, ticket } = await locked();
    let ticks = 0;
    let longestGap = 0;
    let last = performance.now();
    const ticking = setInterval(() => {
      ticks += 1;
      longestGap = Math.max(longestGap, performance.now() - last);
      last = performance.now();
    }, 5);
    let done = false;
    const writes = Promise.all([ledger.place({ ...place("b"), ticket }), record(ledger, ticket)]).finally(() => {
      done = true;
    });
    // Long enough for the patient rounds, and more than enough ticks for a loop that is free.
    await eventually(() => ticks > 250, { timeoutMs: 20_000 });
    expect(done).toBe(false);
    expect(await ledger.get({ handleId: "a" })).toMatchObject({ state: "running" });
    clearInterval(ticking);
    expect(longestGap).toBeLessThan(500);
    await release();
    expect(await writes).toMatchObject([{ existing: false }, { status: "recorded" }]);
    await ledger.close();
  });

  it("makes writes unavailable after their deadline, but not a report", async () => {
    const { ledger, ticket } = await locked({ deadlineMs: 150 });
    const reported = record(ledger, ticket);
    await expect(ledger.place({ ...place("b"), ticket })).rejects.toMatchObject({
      kind: "unavailable",
      retryable: true,
    });
    expect(await refusal(ledger.beat({ ticket, now: 2 }))).toBe("unavailable");
    await release();
    expect(await reported).toMatchObject({ status: "recorded" });
    expect(await ledger.get({ handleId: "b" })).toBe(null);
    await ledger.close();
  });

  it("does not keep the ledger from closing, nor from being opened by the next one", async () => {
    const { ledger, path, ticket } = await locked({ closeMs: 200 });
    const reported = refusal(record(ledger, ticket));
    await ledger.close();
    expect(await reported).toBe("closed");
    const next = await openSqliteLedger({ path });
    expect(await next.get({ handleId: "a" })).toMatchObject({ state: "running" });
    await release();
    await next.close();
  });

  it("keeps a new database from being made, until the deadline", async () => {
    const path = nextPath();
    await (await openSqliteLedger({ path: `${path}.other` })).close();
    holder = startFixture("hold-lock.mjs", [path]);
    await holder.says("held");
    expect(await refusal(openSqliteLedger({ path, deadlineMs: 200 }))).toBe("unavailable");
    await release();
    await (await openSqliteLedger({ path })).close();
  });
});
