/** Hosts: epochs, fencing, adoption. */
import { describe, expect, it } from "vitest";
import { createWorld, identity, type OpenLedger, refusal } from "./world.ts";

export function describeHosts(open: OpenLedger): void {
  describe("hosts", () => {
    const world = createWorld(open);

    it("opens with epoch 1, and under the same id with the next one", async () => {
      expect(world.ticket).toEqual({ hostId: "host", epoch: 1 });
      expect(await world.host("host")).toEqual({ hostId: "host", epoch: 2 });
      const [host] = await world.ledger.hosts();
      expect(host).toEqual({ hostId: "host", epoch: 2, identity, openedAt: 10, beatAt: 10, alive: true });
    });

    it("beats under its epoch, and hears false under an older one", async () => {
      expect(await world.ledger.beat({ ticket: world.ticket, now: 99 })).toBe(true);
      expect((await world.ledger.hosts())[0]?.beatAt).toBe(99);
      await world.host("host");
      expect(await world.ledger.beat({ ticket: world.ticket, now: 100 })).toBe(false);
      expect(await world.ledger.beat({ ticket: { hostId: "nobody", epoch: 1 }, now: 100 })).toBe(false);
    });

    it("loses its running handles to the one that adopts it, and is fenced", async () => {
      await world.place("a");
      await world.place("b");
      await world.record("a");
      const other = await world.host("other");
      const adopted = await world.ledger.adopt({ deadHostId: "host", by: other });
      expect(adopted).toMatchObject([{ handleId: "b", hostId: "other", epoch: 1, state: "running" }]);
      expect(await world.ledger.adopt({ deadHostId: "host", by: other })).toEqual([]);
      expect((await world.ledger.hosts())[0]).toMatchObject({ hostId: "host", alive: false });
      expect(await world.ledger.beat({ ticket: world.ticket, now: 1 })).toBe(false);
      expect(await refusal(world.place("c"))).toBe("unavailable");
      expect(await world.record("b")).toEqual({ status: "fenced" });
      expect(await world.record("b", { ticket: other })).toMatchObject({ status: "recorded" });
    });

    it("takes over the handles of its own former epoch", async () => {
      await world.place("a");
      const again = await world.host("host");
      await world.place("b", { ticket: again });
      expect(await world.record("a")).toEqual({ status: "fenced" });
      expect(await world.ledger.adopt({ deadHostId: "host", by: again })).toMatchObject([{ handleId: "a", epoch: 2 }]);
      expect(await world.record("a", { ticket: again })).toMatchObject({ status: "recorded" });
      expect(await world.ledger.beat({ ticket: again, now: 1 })).toBe(true);
    });

    it("refuses adoption by a fenced host, and of an unknown one", async () => {
      const other = await world.host("other");
      await world.host("other");
      expect(await refusal(world.ledger.adopt({ deadHostId: "host", by: other }))).toBe("unavailable");
      expect(await refusal(world.ledger.adopt({ deadHostId: "nobody", by: world.ticket }))).toBe("not_found");
    });

    it("closes once its session handles have ended; detached ones live on to be adopted", async () => {
      await world.place("a");
      await world.place("d", { lifetime: "detached" });
      expect(await refusal(world.ledger.closeHost({ ticket: world.ticket }))).toBe("conflict");
      await world.record("a");
      await world.ledger.closeHost({ ticket: world.ticket });
      await world.ledger.closeHost({ ticket: world.ticket });
      expect((await world.ledger.hosts())[0]).toMatchObject({ alive: false, epoch: 1 });
      const other = await world.host("other");
      expect(await world.ledger.adopt({ deadHostId: "host", by: other })).toMatchObject([
        { handleId: "d", hostId: "other" },
      ]);
    });
  });
}
