/** The inbox: recorded, posted, claimed, acknowledged. */
import { describe, expect, it } from "vitest";
import { bodyOf, createWorld, ids, newMessage, type OpenLedger, refusal } from "./world.ts";

const reader = { sessionId: "s", readerEpoch: 1 };

export function describeInbox(open: OpenLedger): void {
  describe("the end of a handle", () => {
    const world = createWorld(open);

    it("is report and message in one", async () => {
      await world.place("a");
      const result = await world.record("a");
      const message = {
        messageId: "m-a",
        sessionId: "s",
        sequence: 1,
        kind: "tool_result",
        priority: 0,
        handleId: "a",
        alias: 1,
        callId: "c-a",
        label: null,
        createdAt: 40,
        redelivered: false,
        body: { text: "m-a" },
      };
      expect(result).toEqual({ status: "recorded", sessionId: "s", message, answered: false });
      expect(await world.ledger.unread({ sessionId: "s", limit: 9 })).toEqual([message]);
      const handle = await world.ledger.get({ handleId: "a" });
      expect(handle).toMatchObject({ state: "ended", endedAt: 50, artifacts: "kept", report: { outcome: "exited" } });
    });

    it("happens once", async () => {
      await world.place("a");
      await world.record("a");
      const again = await world.record("a", { report: { outcome: "lost" }, message: newMessage("m2") });
      expect(again).toEqual({ status: "already_recorded", sessionId: "s" });
      expect((await world.ledger.get({ handleId: "a" }))?.report).toMatchObject({ outcome: "exited" });
      expect(await world.unread()).toEqual(["m-a"]);
      expect(await refusal(world.record("nobody"))).toBe("not_found");
    });

    it("drops the unread progress of that handle, and no more is accepted", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      await world.progress("p1", "a");
      await world.progress("p2", "b");
      await world.record("a");
      expect(await world.unread()).toEqual(["p2", "m-a"]);
      expect(await world.progress("p3", "a")).toBe(null);
      expect(await world.progress("p4", "unknown")).toBe(null);
      expect(await world.unread()).toEqual(["p2", "m-a"]);
    });

    it("is not for another session to name by the same message id", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      await world.record("a");
      expect(await refusal(world.record("b", { message: newMessage("m-a") }))).toBe("conflict");
      expect((await world.ledger.get({ handleId: "b" }))?.state).toBe("running");
    });

    it("is born claimed when an answer carries it, apart from the inbox claim", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      await world.post("n");
      await world.claim(reader, "k");
      const result = await world.record("a", { answer: "ans" });
      expect(result).toMatchObject({ status: "recorded", answered: true, message: { redelivered: false } });
      expect(await world.unread()).toEqual([]);
      expect(ids((await world.claim(reader, "k2"))?.messages ?? [])).toEqual(["n"]);
      expect(await world.ledger.ack({ ...reader, claimId: "ans" })).toBe(true);
      expect(await world.ledger.ack({ ...reader, claimId: "ans" })).toBe(true);
      expect(await refusal(world.record("b", { answer: "ans" }))).toBe("conflict");
    });

    it("lies unread again, marked as redelivered, when its answer is released", async () => {
      await world.place("a");
      await world.record("a", { answer: "ans" });
      expect(await world.ledger.release({ ...reader, claimId: "ans" })).toBe(true);
      expect(await world.ledger.release({ ...reader, claimId: "ans" })).toBe(false);
      expect(await world.ledger.ack({ ...reader, claimId: "ans" })).toBe(false);
      expect(await world.ledger.unread({ sessionId: "s", limit: 9 })).toMatchObject([
        { messageId: "m-a", redelivered: true },
      ]);
    });

    it("can be claimed by an answer later, once", async () => {
      const claimHandle = (claimId: string) => world.ledger.claimHandle({ ...reader, handleId: "a", claimId });
      await world.place("a");
      expect(await claimHandle("x")).toBe(null);
      await world.record("a");
      expect(await claimHandle("x")).toEqual({ claimId: "x", messageId: "m-a" });
      expect(await claimHandle("x")).toEqual({ claimId: "x", messageId: "m-a" });
      expect(await claimHandle("y")).toBe(null);
      expect(await world.unread()).toEqual([]);
      expect(await world.claim(reader, "k")).toBe(null);
      await world.ledger.ack({ ...reader, claimId: "x" });
      expect(await claimHandle("z")).toBe(null);
    });

    it("is not for an answer while the inbox claim holds it", async () => {
      await world.place("a");
      await world.record("a");
      await world.claim(reader, "k");
      expect(await world.ledger.claimHandle({ ...reader, handleId: "a", claimId: "k" })).toBe(null);
      expect(await world.ledger.claimHandle({ ...reader, handleId: "a", claimId: "x" })).toBe(null);
    });
  });

  describe("posting", () => {
    const world = createWorld(open);

    it("gives rising sequences per session, and takes call id, label and alias from the handle", async () => {
      await world.place("a");
      await world.attach("t");
      expect(await world.post("n1", { handleId: "a" })).toMatchObject({
        sequence: 1,
        callId: "c-a",
        alias: 1,
        label: null,
      });
      expect(await world.post("n2", { callId: "own", label: "l", priority: 3 })).toMatchObject({
        sequence: 2,
        callId: "own",
        label: "l",
        alias: null,
        priority: 3,
      });
      expect(await world.post("n3", { sessionId: "t", handleId: "a" })).toMatchObject({ sequence: 1, alias: null });
    });

    it("replaces an unread message with the same key under a new sequence, and leaves a claimed one alone", async () => {
      await world.place("a");
      await world.progress("p1", "a");
      expect(await world.progress("p2", "a")).toMatchObject({ sequence: 2 });
      expect(await world.unread()).toEqual(["p2"]);
      await world.claim(reader, "k");
      await world.progress("p3", "a");
      await world.progress("p4", "a");
      expect(await world.unread()).toEqual(["p4"]);
      expect(ids((await world.claim(reader, "k2"))?.messages ?? [])).toEqual(["p2"]);
    });

    it("never appends twice what has the same dedupe key, even after it was acknowledged", async () => {
      expect(await world.post("n1", { dedupe: "d" })).not.toBe(null);
      expect(await world.post("n2", { dedupe: "d" })).toBe(null);
      await world.claim(reader, "k");
      await world.ledger.ack({ ...reader, claimId: "k" });
      expect(await world.post("n3", { dedupe: "d" })).toBe(null);
      expect(await world.unread()).toEqual([]);
    });

    it("may be repeated with the same message id", async () => {
      const first = await world.post("n1", { dedupe: "d" });
      expect(await world.post("n1", { dedupe: "d" })).toEqual(first);
      expect(await world.unread()).toEqual(["n1"]);
      await world.attach("t");
      expect(await refusal(world.post("n1", { sessionId: "t" }))).toBe("conflict");
    });

    it("is refused for unknown and closed sessions", async () => {
      expect(await refusal(world.post("n", { sessionId: "nowhere" }))).toBe("not_found");
      await world.ledger.closeSession({ ...reader, handOver: false });
      expect(await refusal(world.post("n"))).toBe("closed");
    });

    it("says what is pending", async () => {
      await world.place("a");
      await world.progress("p", "a");
      await world.post("n");
      await world.post("f", { kind: "file_edited" });
      expect(await world.ledger.pending({ sessionId: "s" })).toEqual({ messages: 3, terminal: 1, claimed: 0 });
      await world.claim(reader, "k", { maxMessages: 2 });
      await world.record("a", { answer: "ans" });
      expect(await world.ledger.pending({ sessionId: "s" })).toEqual({ messages: 1, terminal: 0, claimed: 2 });
      expect(await refusal(world.ledger.pending({ sessionId: "nowhere" }))).toBe("not_found");
    });
  });

  describe("claiming", () => {
    const world = createWorld(open);

    it("takes the highest priority first, then the oldest", async () => {
      await world.post("n1");
      await world.post("n2", { priority: 2 });
      await world.post("n3", { priority: -1 });
      await world.post("n4", { priority: 2 });
      expect(await world.unread()).toEqual(["n2", "n4", "n1", "n3"]);
      expect(ids((await world.claim(reader, "k", { maxMessages: 3 }))?.messages ?? [])).toEqual(["n2", "n4", "n1"]);
      expect(await world.unread()).toEqual(["n3"]);
    });

    it("returns an outstanding claim as it was, whatever the repeat asks for", async () => {
      await world.post("n1");
      const first = await world.claim(reader, "k", { maxBytes: 700 });
      expect(first).toMatchObject({ claimId: "k", tag: "tag-k", maxBytes: 700, repeated: false });
      await world.post("n2", { priority: 5 });
      const again = await world.claim(reader, "other", { maxMessages: 1, maxBytes: 1 });
      expect(again).toEqual({ ...first, repeated: true });
    });

    it("is bounded by bytes: 300 and at most 4,096 of the body for each, but at least one message", async () => {
      for (const id of ["n1", "n2", "n3"]) await world.post(id, { body: bodyOf(100) });
      expect((await world.claim(reader, "k", { maxBytes: 799 }))?.messages).toHaveLength(1);
      await world.ledger.ack({ ...reader, claimId: "k" });
      expect((await world.claim(reader, "k2", { maxBytes: 800 }))?.messages).toHaveLength(2);
      await world.ledger.ack({ ...reader, claimId: "k2" });
      for (const id of ["b1", "b2"]) await world.post(id, { body: bodyOf(100_000) });
      expect((await world.claim(reader, "k3", { maxBytes: 2 * 4_396 - 1 }))?.messages).toHaveLength(1);
      await world.ledger.release({ ...reader, claimId: "k3" });
      expect((await world.claim(reader, "k4", { maxBytes: 2 * 4_396 }))?.messages).toHaveLength(2);
      await world.ledger.ack({ ...reader, claimId: "k4" });
      await world.post("huge", { body: bodyOf(5_000) });
      expect((await world.claim(reader, "k5", { maxMessages: 0, maxBytes: 0 }))?.messages).toHaveLength(1);
    });

    it("is null when nothing is unread, and no claim is made", async () => {
      expect(await world.claim(reader, "k")).toBe(null);
      expect(await world.ledger.ack({ ...reader, claimId: "k" })).toBe(false);
    });

    it("takes the next messages after an ack, and the same again after a release", async () => {
      await world.post("n1");
      await world.claim(reader, "k");
      expect(await world.ledger.release({ ...reader, claimId: "k" })).toBe(true);
      await world.post("n2");
      const second = await world.claim(reader, "k2");
      expect(second?.messages).toMatchObject([
        { messageId: "n1", redelivered: true },
        { messageId: "n2", redelivered: false },
      ]);
      expect(await world.ledger.ack({ ...reader, claimId: "k2" })).toBe(true);
      expect(await world.ledger.ack({ ...reader, claimId: "k2" })).toBe(true);
      expect(await world.ledger.release({ ...reader, claimId: "k2" })).toBe(false);
      expect(await world.ledger.ack({ ...reader, claimId: "k" })).toBe(false);
      expect(await world.claim(reader, "k3")).toBe(null);
    });

    it("refuses a claim id that was used", async () => {
      await world.post("n1");
      await world.claim(reader, "k");
      await world.ledger.ack({ ...reader, claimId: "k" });
      await world.post("n2");
      expect(await refusal(world.claim(reader, "k"))).toBe("conflict");
    });

    it("knows nothing of the claims of another session", async () => {
      const other = await world.attach("t");
      await world.post("n1");
      await world.claim(reader, "k");
      expect(await world.ledger.ack({ sessionId: "t", readerEpoch: other.readerEpoch, claimId: "k" })).toBe(false);
      expect(await world.ledger.release({ sessionId: "t", readerEpoch: other.readerEpoch, claimId: "k" })).toBe(false);
    });
  });
}
