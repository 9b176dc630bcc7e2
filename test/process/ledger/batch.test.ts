/** Group commit: one transaction for many calls, as durable as the most demanding of them. */
import { expect, it } from "vitest";
import type { Topic } from "../../../src/ledger/ledger.ts";
import { type BatchStore, isDurable, runBatch } from "../../../src/ledger/sqlite/batch.ts";
import { openDatabase } from "../../../src/ledger/sqlite/open.ts";
import { operationsOn } from "../../../src/ledger/sqlite/operations.ts";
import { databasePaths } from "../../support/ledger/directory.ts";

const nextPath = databasePaths();
const attach = {
  id: 1,
  name: "attach",
  args: [{ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: 1 }],
} as const;
const post = (id: number, sessionId: string, durable = false) =>
  ({
    id,
    name: "post",
    args: [
      { sessionId, handleId: null, message: { messageId: `m${id}`, kind: "notice", createdAt: 1, body: {} }, durable },
    ],
  }) as const;

function openStore(): BatchStore & Disposable {
  const path = nextPath();
  const { connection } = openDatabase(path, { busyTimeoutMs: 100, create: true });
  const touched: Topic[] = [];
  const operations = operationsOn(connection, { touch: (topic) => void touched.push(topic) });
  return { connection, operations, path, touched, [Symbol.dispose]: () => connection.close() };
}

it("commits what is right and answers what is refused, each for itself", () => {
  using store = openStore();
  const { replies, topics } = runBatch(store, [
    attach,
    post(2, "nowhere"),
    post(3, "s"),
    { id: 4, name: "pending", args: [{ sessionId: "s" }] },
  ]);
  expect(replies).toMatchObject([
    { id: 1, value: { readerEpoch: 1 } },
    { id: 2, error: { kind: "not_found" } },
    { id: 3, value: { messageId: "m3", sequence: 1 } },
    { id: 4, value: { messages: 1 } },
  ]);
  expect(topics).toEqual(["inbox:s"]);
});

it("undoes the half-done work of a call that fails, and nothing else", () => {
  using store = openStore();
  runBatch(store, [attach]);
  const broken = { ...store, operations: { ...store.operations, beat: () => failAfterWriting(store) } };
  const { replies, topics } = runBatch(broken, [post(2, "s"), { id: 3, name: "beat", args: [{}] }, post(4, "s")]);
  expect(replies).toMatchObject([{ id: 2 }, { id: 3, error: { kind: "internal", message: "half way" } }, { id: 4 }]);
  expect(topics).toEqual(["inbox:s", "inbox:s"]);
  expect(store.operations.unread({ sessionId: "s", limit: 9 }).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

function failAfterWriting({ operations }: BatchStore): boolean {
  operations.post({
    sessionId: "s",
    handleId: null,
    message: { messageId: "half", kind: "notice", createdAt: 1, body: {} },
    durable: false,
  });
  throw new Error("half way");
}

it("syncs to the disk when one of its calls has to survive a power cut", () => {
  using store = openStore();
  const level = (): number => store.connection.pragma("synchronous");
  runBatch(store, [attach]);
  expect(level()).toBe(2);
  runBatch(store, [post(2, "s")]);
  expect(level()).toBe(1);
  runBatch(store, [post(3, "s"), post(4, "s", true)]);
  expect(level()).toBe(2);
});

it("takes claims, attaching and closing as such, and what asks for it", () => {
  const durable = (name: Parameters<typeof isDurable>[0]["name"], request: object = {}) =>
    isDurable({ id: 1, name, args: [request] });
  for (const name of ["claim", "attach", "closeSession"] as const) expect(durable(name), name).toBe(true);
  for (const name of ["record", "post", "ack"] as const) {
    expect(durable(name, { durable: true }), name).toBe(true);
    expect(durable(name, { durable: false }), name).toBe(false);
    expect(durable(name), name).toBe(false);
  }
  for (const name of ["place", "beat", "get"] as const) expect(durable(name, { durable: true }), name).toBe(false);
});
