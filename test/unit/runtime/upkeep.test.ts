import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { createMemoryLedger } from "../../../src/ledger/memory.ts";
import { startUpkeep, type UpkeepOptions } from "../../../src/runtime/upkeep.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const day = 24 * 60 * 60 * 1_000;
const now = Date.now();
let root: string;
let ledger: Ledger;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "longhand-upkeep-"));
  ledger = createMemoryLedger();
});
afterEach(async () => {
  await ledger.close();
  rmSync(root, { recursive: true });
});

/** Starts and ends at once: what a host that lives for a second does. */
async function briefly(options: Partial<UpkeepOptions> = {}): Promise<void> {
  const errors: unknown[] = [];
  const upkeep = startUpkeep({
    ledger,
    clock: fakeClock(now),
    artifactsRoot: root,
    stampPath: join(root, "stamp"),
    maxAgeMs: 7 * day,
    maxCount: 0,
    maxBytes: 0,
    sessionMaxAgeMs: 7 * day,
    recordMaxAgeMs: 0,
    onError: (error) => errors.push(error),
    ...options,
  });
  await upkeep[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
}

function stampedBefore(ms: number): void {
  writeFileSync(join(root, "stamp"), "");
  utimesSync(join(root, "stamp"), new Date(now - ms), new Date(now - ms));
}

function oldArtifacts(): string {
  const directory = join(root, "hto-00000000000000000000000000");
  mkdirSync(directory);
  utimesSync(directory, new Date(now - 8 * day), new Date(now - 8 * day));
  return directory;
}

describe("upkeep of a host that lives for a second", () => {
  it("is done when nobody did it lately", async () => {
    const old = oldArtifacts();
    stampedBefore(2 * day);
    await briefly();
    expect(existsSync(old)).toBe(false);
  });

  it("is left to the one who did it a moment ago", async () => {
    const old = oldArtifacts();
    stampedBefore(60_000);
    await briefly();
    expect(existsSync(old)).toBe(true);
  });

  it("has nothing to do in a new state directory but to say so", async () => {
    await briefly();
    expect(existsSync(join(root, "stamp"))).toBe(true);
  });
});

describe("a delivered record", () => {
  const identity = { machineId: "m", bootId: "b", pidNamespace: "p", pid: 1, startTime: "1" };

  async function endedBefore(ms: number): Promise<void> {
    const at = now - ms;
    await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now });
    const ticket = await ledger.openHost({ hostId: "hst_1", identity, now: at });
    const request = { handleId: "hto-1", sessionId: "s", requestId: "r", callId: null, label: null, spec: {} };
    await ledger.place({ ...request, lifetime: "session", createdAt: at, ticket });
    const message = { messageId: "m", kind: "tool_result", createdAt: at, body: {} };
    const end = { report: {}, message, artifacts: "none" as const, endedAt: at, answer: "c", durable: false };
    await ledger.record({ handleId: "hto-1", ticket, ...end });
    await ledger.ack({ sessionId: "s", readerEpoch: 1, claimId: "c" });
    stampedBefore(2 * day);
  }
  const isThere = async () => (await ledger.get({ handleId: "hto-1" })) !== null;

  it.each([
    ["outlives its artifacts", 8 * day, 90 * day, true],
    ["is deleted when it is old", 91 * day, 90 * day, false],
    ["stays for ever without a limit, whatever the limit of artifacts", 1_000 * day, 0, true],
  ])("%s", async (_what, age, recordMaxAgeMs, there) => {
    await endedBefore(age);
    await briefly({ recordMaxAgeMs, maxAgeMs: 0 });
    expect(await isThere()).toBe(there);
  });
});

describe("a session that nobody attached for a week", () => {
  const attachedAt = now - 8 * day;

  async function attach(): Promise<void> {
    await ledger.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: attachedAt });
    stampedBefore(2 * day);
  }
  const state = async () => (await ledger.session({ sessionId: "s" }))?.state;

  it("is closed", async () => {
    await attach();
    await briefly();
    expect(await state()).not.toBe("open");
  });

  it("is not when its host went on working", async () => {
    await attach();
    const identity = { machineId: "m", bootId: "b", pidNamespace: "p", pid: 1, startTime: "1" };
    const ticket = await ledger.openHost({ hostId: "hst_1", identity, now });
    const request = { handleId: "hto-1", sessionId: "s", requestId: "r", callId: null, label: null, spec: {} };
    await ledger.place({ ...request, lifetime: "session", createdAt: now - day, ticket });
    const message = { messageId: "m", kind: "tool_result", createdAt: now, body: {} };
    const end = { report: {}, message, artifacts: "none" as const, endedAt: now, answer: null, durable: false };
    await ledger.record({ handleId: "hto-1", ticket, ...end });
    await briefly();
    expect(await state()).toBe("open");
  });
});
