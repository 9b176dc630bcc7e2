/** Sessions: attached, fenced, handed over, forgotten; and the hints about them. */
import { describe, expect, it } from "vitest";
import { eventually } from "../../eventually.ts";
import { createWorld, ids, type OpenLedger, readerOf, refusal } from "./world.ts";

const reader = { sessionId: "s", readerEpoch: 1 };

export function describeSessions(open: OpenLedger): void {
  describe("attaching", () => {
    const world = createWorld(open);

    it("creates a session, or raises the epoch of its reader", async () => {
      const attach = (now: number) =>
        world.ledger.attach({ sessionId: "t", parentId: "s", onClose: "stop", lastClaim: null, now });
      const created = {
        sessionId: "t",
        parentId: "s",
        onClose: "stop",
        state: "open",
        readerEpoch: 1,
        createdAt: 5,
        attachedAt: 5,
      };
      expect(await attach(5)).toEqual(created);
      expect(await attach(6)).toEqual({ ...created, readerEpoch: 2, attachedAt: 6 });
      expect(await world.ledger.session({ sessionId: "t" })).toEqual({ ...created, readerEpoch: 2, attachedAt: 6 });
      expect(await world.ledger.session({ sessionId: "nowhere" })).toBe(null);
    });

    it("wants an open parent, when it is new", async () => {
      expect(await refusal(world.attach("t", { parentId: "nowhere" }))).toBe("not_found");
      await world.attach("t");
      expect(await refusal(world.attach("t", { parentId: "nowhere" }))).toBe(null);
      await world.ledger.closeSession({ ...reader, handOver: false });
      expect(await refusal(world.attach("u", { parentId: "s" }))).toBe("closed");
      expect(await world.ledger.session({ sessionId: "u" })).toBe(null);
    });

    it("fences the former reader", async () => {
      await world.post("n");
      await world.attach("s");
      expect(await refusal(world.claim(reader, "k"))).toBe("conflict");
      expect(await refusal(world.ledger.ack({ ...reader, claimId: "k" }))).toBe("conflict");
      expect(await refusal(world.ledger.release({ ...reader, claimId: "k" }))).toBe("conflict");
      expect(await refusal(world.ledger.claimHandle({ ...reader, handleId: "a", claimId: "k" }))).toBe("conflict");
      expect(await refusal(world.ledger.closeSession({ ...reader, handOver: false }))).toBe("conflict");
    });

    it("is refused to a reader that comes back when another one has attached since", async () => {
      const back = (notAfter: number) => world.attach("s", { notAfter });
      expect(await refusal(back(0))).toBe("conflict");
      expect(await back(1)).toMatchObject({ readerEpoch: 2 });
      expect(await refusal(back(1))).toBe("conflict");
      expect(await back(2)).toMatchObject({ readerEpoch: 3 });
      expect(await world.ledger.session({ sessionId: "s" })).toMatchObject({ readerEpoch: 3 });
      // A store that forgot the session knows of no other.
      expect(await world.attach("forgotten", { notAfter: 7 })).toMatchObject({ readerEpoch: 1 });
    });

    it("keeps the outstanding inbox claim, which the new reader may acknowledge", async () => {
      await world.post("n");
      const first = await world.claim(reader, "k");
      const next = await world.attach("s", { lastClaim: "something else" });
      expect(await world.claim(next, "k2")).toEqual({ ...first, repeated: true });
      expect(await world.ledger.ack({ ...readerOf(next), claimId: "k" })).toBe(true);
    });

    it("acknowledges the last claim of the reader's transcript, when it is the outstanding one", async () => {
      await world.post("n");
      await world.claim(reader, "k");
      const next = await world.attach("s", { lastClaim: "k" });
      expect(await world.claim(next, "k2")).toBe(null);
      expect(await world.ledger.ack({ ...readerOf(next), claimId: "k" })).toBe(true);
    });

    it("lets unacknowledged answers lapse: their messages are unread again, same id, marked as redelivered", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      await world.record("a", { answer: "x" });
      await world.record("b");
      await world.ledger.claimHandle({ ...reader, handleId: "b", claimId: "y" });
      const next = await world.attach("s");
      expect(await world.ledger.unread({ sessionId: "s", limit: 9 })).toMatchObject([
        { messageId: "m-a", redelivered: true },
        { messageId: "m-b", redelivered: true },
      ]);
      expect(await world.ledger.ack({ ...readerOf(next), claimId: "x" })).toBe(false);
    });
  });

  describe("closing", () => {
    const world = createWorld(open);
    const child = { sessionId: "t", readerEpoch: 1 };

    it("is final, and may be repeated", async () => {
      expect(await world.ledger.closeSession({ ...reader, handOver: true })).toEqual({ parentId: null, moved: [] });
      expect(await world.ledger.closeSession({ ...reader, handOver: true })).toEqual({ parentId: null, moved: [] });
      expect(await refusal(world.attach("s"))).toBe("closed");
      expect(await refusal(world.claim(reader, "k"))).toBe("closed");
      expect(await refusal(world.ledger.claimHandle({ ...reader, handleId: "a", claimId: "k" }))).toBe("closed");
      expect(await refusal(world.ledger.closeSession({ sessionId: "nowhere", readerEpoch: 1, handOver: true }))).toBe(
        "not_found",
      );
      expect(await world.ledger.sessions({ state: "open" })).toEqual([]);
      expect(await world.ledger.sessions({ state: "closed" })).toHaveLength(1);
      expect(await world.ledger.sessions({ state: null })).toHaveLength(1);
    });

    it("acknowledges what is left when nobody inherits it", async () => {
      await world.place("a");
      await world.post("n1");
      await world.claim(reader, "k");
      await world.post("n2");
      await world.record("a", { answer: "x" });
      await world.ledger.closeSession({ ...reader, handOver: false });
      expect(await world.ledger.pending({ sessionId: "s" })).toEqual({ messages: 0, terminal: 0, claimed: 0 });
      for (const claimId of ["k", "x"]) expect(await world.ledger.ack({ ...reader, claimId })).toBe(true);
    });

    it("hands everything to an open parent, in order, under new sequences and aliases", async () => {
      await world.attach("t", { parentId: "s" });
      await world.place("mine");
      await world.post("n0");
      for (const handleId of ["done", "acked", "runs", "halfway"]) await world.place(handleId, { sessionId: "t" });
      await world.post("n1", { sessionId: "t", priority: 1 });
      await world.claim(child, "k");
      await world.progress("p1", "runs", { sessionId: "t" });
      await world.record("done", { answer: "x" });
      await world.record("acked");
      await world.ledger.claimHandle({ ...child, handleId: "acked", claimId: "y" });
      await world.ledger.ack({ ...child, claimId: "y" });
      const { parentId, moved } = await world.ledger.closeSession({ ...child, handOver: true });
      expect(parentId).toBe("s");
      expect(moved).toMatchObject([
        { handleId: "done", sessionId: "s", alias: 2, state: "ended" },
        { handleId: "runs", sessionId: "s", alias: 3, state: "running" },
        { handleId: "halfway", sessionId: "s", alias: 4, state: "running" },
      ]);
      const messages = await world.ledger.unread({ sessionId: "s", limit: 9 });
      expect(messages).toMatchObject([
        { messageId: "n1", sequence: 2, redelivered: true, alias: null },
        { messageId: "n0", sequence: 1, redelivered: false },
        { messageId: "p1", sequence: 3, redelivered: false, alias: 3 },
        { messageId: "m-done", sequence: 4, redelivered: true, alias: 2, sessionId: "s" },
      ]);
      expect(await world.unread("t")).toEqual([]);
      expect(await world.ledger.ack({ ...child, claimId: "k" })).toBe(false);
      expect(await world.record("runs")).toMatchObject({
        status: "recorded",
        sessionId: "s",
        message: { sequence: 5, alias: 3 },
      });
      expect((await world.place("x", { sessionId: "t", requestId: "r-runs" })).handleId).toBe("runs");
    });

    it("hands over no progress of what does not run, and remembers what was posted", async () => {
      await world.attach("t", { parentId: "s" });
      await world.place("a", { sessionId: "t" });
      await world.progress("p", "a", { sessionId: "t" });
      await world.post("loose", { sessionId: "t", kind: "tool_progress" });
      await world.post("n", { sessionId: "t", dedupe: "d" });
      await world.claim(child, "k");
      await world.record("a");
      await world.ledger.closeSession({ ...child, handOver: true });
      expect(await world.unread()).toEqual(["n", "m-a"]);
      expect(await world.post("n2", { dedupe: "d" })).toBe(null);
    });

    it("hands nothing to a closed parent", async () => {
      await world.attach("t", { parentId: "s" });
      await world.place("a", { sessionId: "t" });
      await world.post("n", { sessionId: "t" });
      await world.ledger.closeSession({ ...reader, handOver: true });
      expect(await world.ledger.closeSession({ ...child, handOver: true })).toEqual({ parentId: null, moved: [] });
      expect(await world.ledger.pending({ sessionId: "t" })).toMatchObject({ messages: 0 });
    });

    it("takes a late result as delivered: nobody reads a closed session", async () => {
      await world.place("a");
      await world.place("b");
      await world.ledger.closeSession({ ...reader, handOver: false });
      expect(await world.record("a")).toMatchObject({ status: "recorded", answered: false });
      expect(await world.record("b", { answer: "x" })).toMatchObject({ status: "recorded", answered: true });
      expect(await world.unread()).toEqual([]);
      expect(await world.ledger.ack({ ...reader, claimId: "x" })).toBe(true);
      expect((await world.ledger.get({ handleId: "a" }))?.report).not.toBe(null);
    });
  });

  describe("pruning", () => {
    const world = createWorld(open);
    const prune = (before: number, limit = 100) => world.ledger.prune({ before, limit });

    it("deletes what is old and delivered, and returns the handles it freed", async () => {
      for (const handleId of ["a", "b", "c"]) await world.place(handleId);
      await world.record("a");
      await world.claim(reader, "k");
      await world.ledger.ack({ ...reader, claimId: "k" });
      await world.record("b");
      expect(await prune(50)).toEqual([]);
      expect(await prune(51)).toEqual(["a"]);
      expect(await world.ledger.get({ handleId: "a" })).toBe(null);
      expect(await world.unread()).toEqual(["m-b"]);
      expect(await world.ledger.ack({ ...reader, claimId: "k" })).toBe(false);
      expect((await world.place("new", { requestId: "r-a" })).handleId).toBe("new");
    });

    it("frees the oldest first, up to the limit", async () => {
      for (const [index, handleId] of ["a", "b", "c"].entries()) {
        await world.place(handleId);
        await world.record(handleId, { endedAt: 60 - index });
      }
      await world.claim(reader, "k");
      await world.ledger.ack({ ...reader, claimId: "k" });
      expect(await prune(100, 2)).toEqual(["c", "b"]);
      expect(await prune(100, 2)).toEqual(["a"]);
    });

    it("forgets closed sessions that hold nothing any more, and hosts that are over", async () => {
      await world.place("a");
      await world.record("a");
      await world.ledger.closeSession({ ...reader, handOver: false });
      await world.ledger.closeHost({ ticket: world.ticket });
      await world.attach("t");
      expect(await prune(20)).toEqual([]);
      expect(await world.ledger.sessions({ state: null })).toHaveLength(2);
      expect(await prune(100)).toEqual(["a"]);
      expect(await world.ledger.sessions({ state: null })).toMatchObject([{ sessionId: "t" }]);
      expect(await world.ledger.hosts()).toEqual([]);
    });
  });

  describe("hints", () => {
    const world = createWorld(open);

    it("wake who waits for a session's inbox or a cancel, until disposed", async () => {
      let inbox = 0;
      let cancels = 0;
      await world.place("a");
      const first = world.ledger.onWake("inbox:s", () => {
        inbox += 1;
      });
      using _second = world.ledger.onWake("cancel:host", () => {
        cancels += 1;
      });
      await world.post("n");
      await eventually(() => inbox > 0);
      await world.ledger.cancel({ handleId: "a", wish: {} });
      await eventually(() => cancels > 0);
      first[Symbol.dispose]();
      const before = inbox;
      await world.record("a");
      await world.ledger.pending({ sessionId: "s" });
      expect(inbox).toBe(before);
    });
  });

  describe("closing the ledger", () => {
    const world = createWorld(open);

    it("finishes what was asked, may be repeated, and refuses what comes after", async () => {
      const posted = world.post("n");
      await Promise.all([world.ledger.close(), world.ledger.close()]);
      expect(ids([await posted].flatMap((message) => message ?? []))).toEqual(["n"]);
      expect(await refusal(world.ledger.hosts())).toBe("closed");
      await world.ledger.close();
    });

    it("refuses what cannot be kept, and nothing else", async () => {
      const bad = world.post("bad", { body: { f: (() => {}) as unknown as string } });
      const good = world.post("good");
      await expect(bad).rejects.toThrow();
      expect(await good).toMatchObject({ messageId: "good" });
    });
  });
}
