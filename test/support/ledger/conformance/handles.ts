/** Handles: placed once, noted, wished away, found by short names. */
import { describe, expect, it } from "vitest";
import { createWorld, newMessage, type OpenLedger, readerOf, refusal } from "./world.ts";

export function describeHandles(open: OpenLedger): void {
  describe("handles", () => {
    const world = createWorld(open);

    it("places a handle with the next alias of its session", async () => {
      const first = await world.place("a");
      expect(first).toEqual({
        handleId: "a",
        sessionId: "s",
        alias: 1,
        hostId: "host",
        epoch: 1,
        callId: "c-a",
        label: null,
        lifetime: "session",
        state: "running",
        spec: { command: "a" },
        notes: {},
        report: null,
        artifacts: "kept",
        cancel: null,
        createdAt: 30,
        endedAt: null,
      });
      expect(await world.ledger.get({ handleId: "a" })).toEqual(first);
      expect((await world.place("b")).alias).toBe(2);
      await world.attach("t");
      expect((await world.place("c", { sessionId: "t" })).alias).toBe(1);
    });

    it("returns the first handle for a repeated request id, within its session only", async () => {
      await world.attach("t");
      await world.place("a", { requestId: "r" });
      expect((await world.place("b", { requestId: "r" })).handleId).toBe("a");
      expect((await world.place("c", { requestId: "r", sessionId: "t" })).handleId).toBe("c");
      expect(await refusal(world.place("a", { requestId: "new" }))).toBe("conflict");
      await world.ledger.closeSession({ sessionId: "s", readerEpoch: 1, handOver: false });
      expect((await world.place("d", { requestId: "r" })).handleId).toBe("a");
    });

    it("refuses unknown sessions, closed sessions and fenced hosts", async () => {
      expect(await refusal(world.place("a", { sessionId: "nowhere" }))).toBe("not_found");
      await world.host("host");
      expect(await refusal(world.place("a"))).toBe("unavailable");
      await world.ledger.closeSession({ sessionId: "s", readerEpoch: 1, handOver: false });
      expect(await refusal(world.place("a"))).toBe("closed");
    });

    it("merges notes while it runs, from its host only", async () => {
      const { ledger, ticket } = world;
      await world.place("a");
      expect(await ledger.note({ handleId: "a", ticket, notes: { pid: 1, x: [1] } })).toBe(true);
      expect(await ledger.note({ handleId: "a", ticket, notes: { pid: 2 } })).toBe(true);
      expect((await ledger.get({ handleId: "a" }))?.notes).toEqual({ pid: 2, x: [1] });
      expect(await ledger.note({ handleId: "a", ticket: await world.host("o"), notes: {} })).toBe(false);
      await world.record("a");
      expect(await ledger.note({ handleId: "a", ticket, notes: { late: true } })).toBe(false);
      expect(await refusal(ledger.note({ handleId: "nobody", ticket, notes: {} }))).toBe("not_found");
    });

    it("keeps the first wish to cancel, and shows it to the owning host while it runs", async () => {
      const { ledger, ticket } = world;
      await world.place("a");
      await world.place("b");
      expect(await ledger.cancel({ handleId: "a", wish: { by: "user" } })).toBe(true);
      expect(await ledger.cancel({ handleId: "a", wish: { by: "other" } })).toBe(false);
      expect(await ledger.cancels({ ticket })).toMatchObject([{ handleId: "a", cancel: { by: "user" } }]);
      expect(await ledger.cancels({ ticket: await world.host("o") })).toEqual([]);
      await world.record("a");
      await world.record("b");
      expect(await ledger.cancels({ ticket })).toEqual([]);
      expect(await ledger.cancel({ handleId: "b", wish: {} })).toBe(false);
      expect(await refusal(ledger.cancel({ handleId: "nobody", wish: {} }))).toBe("not_found");
    });

    it("finds by full id, alias or prefix, within one session or for the operator", async () => {
      const { ledger } = world;
      const find = async (sessionId: string | null, name: string) =>
        (await ledger.find({ sessionId, name })).map(({ handleId }) => handleId);
      await world.attach("t");
      for (const handleId of ["hto-aa", "hto-ab", "hto-aab"]) await world.place(handleId);
      await world.place("hto-b", { sessionId: "t" });
      expect(await find("s", "hto-aa")).toEqual(["hto-aa"]);
      expect(await find("s", "hto-a")).toEqual(["hto-aab", "hto-ab", "hto-aa"]);
      expect(await find("s", "hto-ab")).toEqual(["hto-ab"]);
      expect(await find("s", "h2")).toEqual(["hto-ab"]);
      expect(await find("s", "h9")).toEqual([]);
      expect(await find("s", "hto-b")).toEqual([]);
      expect(await find(null, "hto-b")).toEqual(["hto-b"]);
      expect(await find(null, "h1")).toEqual(["hto-b", "hto-aa"]);
      expect(await find("s", "")).toEqual([]);
      expect(await find("s", "%")).toEqual([]);
    });

    it("lists newest first, by session and state, up to a limit", async () => {
      const { ledger } = world;
      await world.attach("t");
      for (const handleId of ["a", "b", "c"]) await world.place(handleId);
      await world.place("x", { sessionId: "t" });
      await world.record("b");
      const list = async (sessionId: string | null, state: "running" | "ended" | null, limit = 10) =>
        (await ledger.list({ sessionId, state, limit })).map(({ handleId }) => handleId).join();
      expect(await list("s", null)).toBe("c,b,a");
      expect(await list("s", "running")).toBe("c,a");
      expect(await list(null, "ended")).toBe("b");
      expect(await list(null, null, 2)).toBe("x,c");
      expect(await list(null, null, Number.POSITIVE_INFINITY)).toBe("x,c,b,a");
    });

    it("marks kept artifacts as expired, and no others", async () => {
      for (const handleId of ["a", "b", "c"]) await world.place(handleId);
      await world.record("a");
      await world.record("b", { artifacts: "none" });
      await world.ledger.expireArtifacts({ handleIds: ["a", "b", "nobody"] });
      const states = (await world.ledger.list({ sessionId: "s", state: null, limit: 9 })).map(
        ({ artifacts }) => artifacts,
      );
      expect(states).toEqual(["kept", "none", "expired"]);
    });
  });

  describe("the bound of an inbox", () => {
    const world = createWorld(open, { maxUnreadPerSession: 3 });

    it("refuses new handles once undelivered results and running handles reach it", async () => {
      for (const handleId of ["a", "b", "c"]) await world.place(handleId);
      expect(await refusal(world.place("d"))).toBe("capacity");
      await world.record("a");
      expect(await refusal(world.place("d"))).toBe("capacity");
      const reader = { sessionId: "s", readerEpoch: 1 };
      await world.claim(reader, "k");
      expect(await refusal(world.place("d"))).toBe("capacity");
      await world.ledger.ack({ ...readerOf(reader), claimId: "k" });
      expect(await refusal(world.place("d"))).toBe(null);
    });

    it("drops the oldest progress first, whatever its priority", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      await world.progress("p1", "a", { priority: 9 });
      await world.post("n1");
      await world.progress("p2", "b");
      await world.post("n2");
      expect(await world.unread()).toEqual(["n1", "p2", "n2"]);
      await world.progress("p3", "a");
      expect(await world.unread()).toEqual(["n1", "n2", "p3"]);
      await world.progress("p4", "a");
      expect(await world.unread()).toEqual(["n1", "n2", "p4"]);
    });

    it("never drops results and notices; progress and other kinds find it full", async () => {
      for (const handleId of ["a", "b"]) await world.place(handleId);
      for (const id of ["n1", "n2", "n3", "n4"]) await world.post(id);
      expect(await world.progress("p", "a")).toBe(null);
      expect(await refusal(world.post("f", { kind: "file_edited" }))).toBe("capacity");
      await world.record("a", { message: newMessage("m-a", { kind: "tool_result" }) });
      expect(await world.unread()).toEqual(["n1", "n2", "n3", "n4", "m-a"]);
    });
  });
}
