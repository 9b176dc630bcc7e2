/** The two stores side by side: whatever is asked of them, in whatever order, they answer alike, also after a re-open. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isLonghandError } from "../../../src/base/errors.ts";
import type { LedgerOperations, Topic } from "../../../src/ledger/ledger.ts";
import { createMemoryOperations } from "../../../src/ledger/memory.ts";
import { invoke, type OperationName } from "../../../src/ledger/operation-kinds.ts";
import { createSqliteOperations } from "../../../src/ledger/sqlite/operations.ts";
import { databasePaths } from "../../support/ledger/directory.ts";

const nextPath = databasePaths();

type Step = { readonly name: OperationName; readonly request: unknown } | { readonly name: "reopen" };

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const small = fc.integer({ min: 0, max: 6 });
const hostId = one("hA", "hB");
const ticket = fc.record({ hostId, epoch: fc.integer({ min: 1, max: 3 }) });
const sessionId = one("s1", "s2", "s3");
const handleId = one("hto-a", "hto-ab", "hto-b", "hto-c", "hto-d");
const claimId = one("k1", "k2", "k3", "k4");
const reader = { sessionId, readerEpoch: fc.integer({ min: 1, max: 2 }) };
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });
const messageId = fc.integer({ min: 0, max: 40 }).map((n) => `m${n}`);
const message = fc.record(
  {
    messageId,
    kind: one("tool_progress", "tool_progress", "notice", "tool_result", "other"),
    createdAt: small,
    body: fc.record({ text: one("", "é☃😀", "x".repeat(700)) }),
    priority: fc.integer({ min: -1, max: 1 }),
    coalesce: one("c1", "c2"),
    dedupe: one("d1", "d2"),
    callId: maybe(fc.constant("call")),
    label: maybe(fc.constant("label")),
  },
  { requiredKeys: ["messageId", "kind", "createdAt", "body"] },
);
const identity = one({ machineId: "m", bootId: "b", pidNamespace: "1", pid: 1, startTime: "1" });

const requests: Readonly<Record<OperationName, fc.Arbitrary<unknown>>> = {
  openHost: fc.record({ hostId, identity, now: small }),
  beat: fc.record({ ticket, now: small }),
  hosts: fc.constant(undefined),
  adopt: fc.record({ deadHostId: hostId, by: ticket }),
  closeHost: fc.record({ ticket }),
  place: fc.record({
    handleId,
    sessionId,
    ticket,
    requestId: one("r1", "r2", "r3", "r4"),
    callId: maybe(fc.constant("c")),
    label: maybe(fc.constant("l")),
    lifetime: one("session", "detached"),
    spec: fc.record({ command: fc.string() }),
    createdAt: small,
  }),
  note: fc.record({ handleId, ticket, notes: fc.dictionary(one("a", "b"), small) }),
  record: fc.record({
    handleId,
    ticket,
    message,
    report: fc.record({ outcome: fc.string() }),
    artifacts: one("kept", "none"),
    endedAt: small,
    answer: maybe(claimId),
    durable: fc.boolean(),
  }),
  cancel: fc.record({ handleId, wish: fc.record({ by: fc.string() }) }),
  cancels: fc.record({ ticket }),
  get: fc.record({ handleId }),
  find: fc.record({ sessionId: maybe(sessionId), name: one("hto-a", "hto-", "h1", "h2", "", "x") }),
  list: fc.record({ sessionId: maybe(sessionId), state: maybe(one("running", "ended")), limit: small }),
  expireArtifacts: fc.record({ handleIds: fc.array(handleId) }),
  attach: fc.record({
    sessionId,
    parentId: maybe(sessionId),
    onClose: one("hand_over", "stop"),
    lastClaim: maybe(claimId),
    now: small,
  }),
  session: fc.record({ sessionId }),
  sessions: fc.record({ state: maybe(one("open", "closed")) }),
  closeSession: fc.record({ ...reader, handOver: fc.boolean() }),
  post: fc.record({ sessionId, handleId: maybe(handleId), message, durable: fc.boolean() }),
  pending: fc.record({ sessionId }),
  unread: fc.record({ sessionId, limit: small }),
  claim: fc.record({
    ...reader,
    claimId,
    tag: fc.string(),
    maxMessages: small,
    maxBytes: fc.integer({ min: 0, max: 3_000 }),
  }),
  claimHandle: fc.record({ ...reader, handleId, claimId }),
  ack: fc.record({ ...reader, claimId }),
  release: fc.record({ ...reader, claimId }),
  prune: fc.record({ before: small, limit: small }),
};

/** The steps that make something to work with come more often, and prune and close less. */
const weights: Partial<Record<OperationName | "reopen", number>> = {
  openHost: 3,
  attach: 4,
  place: 8,
  post: 10,
  record: 8,
  claim: 5,
  ack: 4,
  claimHandle: 4,
};
const step: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(requests).map(([name, request]) => ({
    weight: weights[name as OperationName] ?? 2,
    arbitrary: request.map((value): Step => ({ name: name as OperationName, request: value })),
  })),
  { weight: 1, arbitrary: fc.constant<Step>({ name: "reopen" }) },
);
/** A world to begin with, so that few of the steps are refused for want of one. */
const beginning: readonly Step[] = [
  { name: "openHost", request: { hostId: "hA", identity: { pid: 1 }, now: 0 } },
  { name: "attach", request: { sessionId: "s1", parentId: null, onClose: "stop", lastClaim: null, now: 0 } },
  { name: "attach", request: { sessionId: "s2", parentId: "s1", onClose: "hand_over", lastClaim: null, now: 0 } },
];

interface Side {
  operations: LedgerOperations;
  readonly topics: Topic[];
}

it("answer every sequence of operations alike", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
      const path = nextPath();
      const memoryTopics: Topic[] = [];
      const fileTopics: Topic[] = [];
      const open = () =>
        createSqliteOperations(path, { maxUnreadPerSession: 5, touch: (topic) => void fileTopics.push(topic) });
      let opened = open();
      const memory: Side = {
        operations: createMemoryOperations({ maxUnreadPerSession: 5, touch: (topic) => void memoryTopics.push(topic) }),
        topics: memoryTopics,
      };
      for (const next of [...beginning, ...steps]) {
        if (next.name === "reopen") {
          opened[Symbol.dispose]();
          opened = open();
          continue;
        }
        const expected = answer(memory, next);
        const actual = answer({ operations: opened, topics: fileTopics }, next);
        expect(actual, next.name).toEqual(expected);
      }
      expect(dump(opened)).toEqual(dump(memory.operations));
      opened[Symbol.dispose]();
    }),
    { numRuns: 300 },
  );
});

function answer({ operations, topics }: Side, { name, request }: Exclude<Step, { name: "reopen" }>) {
  topics.length = 0;
  try {
    return { value: invoke(operations, name, [request]), topics: [...new Set(topics)].sort() };
  } catch (error) {
    if (!isLonghandError(error)) throw error;
    return { refused: error.toJSON() };
  }
}

function dump(operations: LedgerOperations): unknown {
  const sessions = operations.sessions({ state: null });
  return {
    hosts: operations.hosts(),
    handles: operations.list({ sessionId: null, state: null, limit: 1_000 }),
    sessions: sessions.map((session) => ({
      session,
      pending: operations.pending(session),
      unread: operations.unread({ sessionId: session.sessionId, limit: 1_000 }),
    })),
  };
}
