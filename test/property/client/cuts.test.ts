/** Connections that are cut at any byte, in either direction: every promise settles, every message arrives, none twice unflagged. */
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { type Bridge, createBridge } from "../../../src/bridge/index.ts";
import { connect } from "../../../src/client/index.ts";
import { type AgentSession, isLonghandError, type Mail, type Runtime } from "../../../src/index.ts";
import { runtimeOf } from "../../support/fake-bridge.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";

/** A connection to the bridge over which so many bytes pass, in both directions together; null: it is never cut. */
function cuttable(bridge: Bridge, runtime: Runtime, budget: number | null) {
  const [writable, input, output, readable] = [1, 2, 3, 4].map(() => new PassThrough()) as Four;
  let left = budget;
  const cut = (): void => {
    for (const stream of [writable, input, output, readable]) stream.destroy();
  };
  const pass = (from: PassThrough, to: PassThrough): void => {
    from.on("data", (chunk: Buffer) => {
      if (left === null) return void to.write(chunk);
      to.write(chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) setImmediate(cut);
    });
    from.on("end", () => void to.end());
    from.on("error", () => undefined);
  };
  pass(writable, input);
  pass(output, readable);
  void bridge.serve({ input, output, runtime }).then(() => output.end());
  return { readable, writable };
}

type Four = [PassThrough, PassThrough, PassThrough, PassThrough];

const post = (engine: FakeEngine, text: string) =>
  engine.ledger.post({
    sessionId: "s",
    handleId: null,
    durable: false,
    message: { messageId: newId("message"), kind: "notice", createdAt: 0, body: { text } },
  });

/** What a reader does with a claim: it uses it, gives it back, or forgets about it. */
type Use = "ack" | "release" | "forget";

/** Reads until `count` messages were acknowledged; what it saw, in order. */
async function readAll(session: AgentSession, count: number, uses: readonly Use[]) {
  const seen: { readonly text: string; readonly isAgain: boolean }[] = [];
  const acked: string[] = [];
  const textsOf = (mail: Mail): string[] => mail.messages.map(({ body }) => String(body["text"]));
  for (let turns = 0; acked.length < count; turns++) {
    const mail = await session.inbox.claim({ maxMessages: 2 });
    if (mail === null) {
      await turn();
      continue;
    }
    const { messages, redelivered } = mail;
    seen.push(
      ...messages.map((message) => ({
        text: String(message.body["text"]),
        isAgain: redelivered || message.redelivered,
      })),
    );
    const use = uses[turns] ?? "ack";
    if (use === "release") await mail.release();
    if (use === "ack" && (await mail.ack())) acked.push(...textsOf(mail));
  }
  return { seen, acked };
}

const plan = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 6 }),
  messages: fc.integer({ min: 1, max: 6 }),
  uses: fc.array(fc.constantFrom<Use>("ack", "release", "forget"), { maxLength: 6 }),
});

it("loses and doubles nothing, and leaves nobody waiting", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ cuts, messages, uses }) => {
      using engine = await fakeEngine();
      const bridge = createBridge();
      const budgets = [...cuts];
      // The first connection lives until there is a client: one that never was is not made again.
      const open = () => cuttable(bridge, runtimeOf(engine), first ? 1_500 : (budgets.shift() ?? null));
      let first = true;
      const client = await connect({ open, reconnect: { attempts: 1_000, firstDelayMs: 0 } });
      first = false;
      const session = await client.openSession({ id: "s" });
      const texts = Array.from({ length: messages }, (_, n) => `message ${n}`);
      const reading = readAll(session, messages, uses);
      const calls = texts.map(async (text, n) => {
        await post(engine, text);
        const options = n % 2 === 0 ? { requestId: `r${n}`, callId: `c${n}` } : {};
        return session.call("list_handles", {}, options).catch((error: unknown) => error);
      });
      const { seen, acked } = await reading;
      expect([...acked].sort()).toEqual(texts);
      for (const text of texts) {
        const times = seen.filter((sight) => sight.text === text);
        expect(times.slice(1).every(({ isAgain }) => isAgain)).toBe(true);
      }
      for (const [n, answer] of (await Promise.all(calls)).entries()) {
        if (isLonghandError(answer)) expect([n % 2, answer.kind, answer.retryable]).toEqual([1, "unavailable", true]);
        else expect(answer).toMatchObject({ data: { handles: [] } });
      }
      expect(await session.inbox.claim()).toBeNull();
      await client.close();
    }),
    { numRuns: 150 },
  );
});
