/** Short words for the conformance suite: one open ledger, its host, and requests with the fields that a rule is not about. */
import { afterEach, beforeEach } from "vitest";
import { LonghandError } from "../../../../src/base/errors.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import type {
  ClaimRecord,
  HandleRecord,
  HostIdentity,
  HostTicket,
  Ledger,
  MessageRecord,
  NewMessage,
  Reader,
  RecordRequest,
  RecordResult,
} from "../../../../src/ledger/ledger.ts";

export type OpenLedger = (options: { maxUnreadPerSession?: number }) => Promise<Ledger>;

export const identity: HostIdentity = {
  machineId: "m",
  bootId: "b",
  pidNamespace: "4026531836",
  pid: 7,
  startTime: "77",
};

export interface World {
  ledger: Ledger;
  ticket: HostTicket;
  host(hostId: string): Promise<HostTicket>;
  attach(sessionId: string, more?: { parentId?: string; lastClaim?: string; notAfter?: number }): Promise<Reader>;
  place(
    handleId: string,
    more?: { sessionId?: string; requestId?: string; ticket?: HostTicket; lifetime?: "session" | "detached" },
  ): Promise<HandleRecord>;
  /** Ends a handle; its message is `m-` and the handle's id. */
  record(handleId: string, more?: Partial<RecordRequest>): Promise<RecordResult>;
  post(
    messageId: string,
    more?: Partial<NewMessage> & { sessionId?: string; handleId?: string },
  ): Promise<MessageRecord | null>;
  progress(
    messageId: string,
    handleId: string,
    more?: Partial<NewMessage> & { sessionId?: string },
  ): Promise<MessageRecord | null>;
  claim(
    reader: Reader,
    claimId: string,
    more?: { maxMessages?: number; maxBytes?: number },
  ): Promise<ClaimRecord | null>;
  /** Ids of the unread messages, in delivery order. */
  unread(sessionId?: string): Promise<string[]>;
}

/** A new world for each test of the enclosing block: session `s` exists, with epoch 1. */
export function createWorld(open: OpenLedger, options: { maxUnreadPerSession?: number } = {}): World {
  const world = {} as World;
  beforeEach(async () => {
    const ledger = await open(options);
    Object.assign(world, words(ledger));
    world.ledger = ledger;
    world.ticket = await world.host("host");
    await world.attach("s");
  });
  afterEach(() => world.ledger.close());
  return world;

  function words(ledger: Ledger): Omit<World, "ledger" | "ticket"> {
    const post: World["post"] = (messageId, { sessionId = "s", handleId = null as string | null, ...message } = {}) =>
      ledger.post({ sessionId, handleId: handleId ?? null, message: newMessage(messageId, message), durable: false });
    return {
      post,
      host: (hostId) => ledger.openHost({ hostId, identity, now: 10 }),
      attach: (
        sessionId,
        { parentId = null as string | null, lastClaim = null as string | null, notAfter = null as number | null } = {},
      ) => ledger.attach({ sessionId, parentId, lastClaim, notAfter, onClose: "hand_over", now: 20 }),
      place: async (
        handleId,
        { sessionId = "s", requestId = `r-${handleId}`, ticket = world.ticket, lifetime = "session" } = {},
      ) => {
        const request = {
          handleId,
          sessionId,
          requestId,
          ticket,
          lifetime,
          callId: `c-${handleId}`,
          label: null,
          spec: { command: handleId },
        };
        return (await ledger.place({ ...request, createdAt: 30 })).handle;
      },
      record: (handleId, more = {}) =>
        ledger.record({
          handleId,
          ticket: world.ticket,
          report: { outcome: "exited", handleId },
          message: newMessage(`m-${handleId}`, { kind: "tool_result" }),
          artifacts: "kept",
          endedAt: 50,
          answer: null,
          durable: true,
          ...more,
        }),
      progress: (messageId, handleId, more = {}) =>
        post(messageId, { kind: "tool_progress", handleId, coalesce: `progress:${handleId}`, ...more }),
      claim: (reader, claimId, { maxMessages = 100, maxBytes = 1_000_000 } = {}) =>
        ledger.claim({ ...readerOf(reader), claimId, tag: `tag-${claimId}`, maxMessages, maxBytes }),
      unread: async (sessionId = "s") => ids(await ledger.unread({ sessionId, limit: 100_000 })),
    };
  }
}

export function newMessage(messageId: string, more: Partial<NewMessage> = {}): NewMessage {
  return { messageId, kind: "notice", createdAt: 40, body: { text: messageId }, ...more };
}

export function readerOf({ sessionId, readerEpoch }: Reader): Reader {
  return { sessionId, readerEpoch };
}

export function ids(messages: readonly MessageRecord[]): string[] {
  return messages.map(({ messageId }) => messageId);
}

/** A body whose JSON has this many bytes. */
export function bodyOf(bytes: number): JsonObject {
  return { a: "x".repeat(bytes - '{"a":""}'.length) };
}

/** The kind of the error that a promise rejects with; `null` when it resolves. */
export async function refusal(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof LonghandError) return error.kind;
    throw error;
  }
}
