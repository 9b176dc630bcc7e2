/** The bookkeeping against the most naive one there is: a list that is searched. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { ProcessRegistry } from "../../../src/capability/process-registry.ts";

const maxEntries = 4;
const maxReceipts = 3;

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("admit", "admit", "start", "start", "abandon", "end", "end", "observe", "release"),
    which: fc.nat({ max: 9 }),
  }),
  { maxLength: 60 },
);

interface Naive {
  readonly id: string;
  where: "admitted" | "running" | "ended" | "evicted" | "unknown";
  observed: boolean;
  evictedAt: number;
}

class World {
  readonly registry = new ProcessRegistry<string, { readonly id: string }>({ maxEntries, maxReceipts });
  /** In the order of their start. */
  #all: Naive[] = [];
  #evictions = 0;

  step(what: string, which: number): void {
    if (what === "admit") this.#admit();
    else if (what === "start") this.#start(this.#are("admitted")[0]);
    else if (what === "abandon") this.#abandon(this.#are("admitted")[0]);
    else {
      const known = this.#all.filter(({ where }) => where !== "admitted");
      const chosen = known[which % Math.max(1, known.length)];
      if (chosen !== undefined) this.#change(chosen, what);
    }
  }

  check(): void {
    for (const { id, where } of this.#all) {
      expect(this.registry.find(id)?.where ?? "unknown", id).toBe(where === "admitted" ? "unknown" : where);
    }
    expect(this.registry.size).toBe(this.#are("running", "ended").length);
    expect(this.registry.size).toBeLessThanOrEqual(maxEntries);
  }

  #are(...where: Naive["where"][]): Naive[] {
    return this.#all.filter((each) => where.includes(each.where));
  }

  #admit(): void {
    const id = `p${this.#all.length}`;
    if (this.#are("running", "admitted").length >= maxEntries) {
      expect(() => this.registry.admit(id)).toThrow(expect.objectContaining({ kind: "capacity" }));
      return;
    }
    this.registry.admit(id);
    this.#all.push({ id, where: "admitted", observed: false, evictedAt: 0 });
  }

  #abandon(admitted: Naive | undefined): void {
    if (admitted === undefined) return;
    this.registry.abandon(admitted.id);
    admitted.where = "unknown";
  }

  #start(admitted: Naive | undefined): void {
    if (admitted === undefined) return;
    if (this.#are("running", "ended").length >= maxEntries) this.#evict();
    admitted.where = "running";
    this.#all = [...this.#all.filter((each) => each !== admitted), admitted];
    this.registry.started(admitted.id, admitted.id);
  }

  #evict(): void {
    const ended = this.#are("ended");
    const victim = ended.find(({ observed }) => observed) ?? ended[0];
    if (victim === undefined) throw new Error("full of running ones: the admission was wrong");
    Object.assign(victim, { where: "evicted", evictedAt: this.#evictions++ });
    const evicted = this.#are("evicted").toSorted((a, b) => a.evictedAt - b.evictedAt);
    if (evicted[0] !== undefined && evicted.length > maxReceipts) evicted[0].where = "unknown";
  }

  #change(chosen: Naive, what: string): void {
    const { id, where } = chosen;
    if (what === "end") {
      this.registry.ended(id, { id });
      if (where === "running") chosen.where = "ended";
    } else if (what === "observe") {
      this.registry.observed(id);
      if (where === "ended") chosen.observed = true;
    } else {
      expect(this.registry.release(id)?.where ?? "unknown").toBe(where);
      chosen.where = "unknown";
    }
  }
}

it("agrees with a list that is searched", () => {
  const agree = fc.property(steps, (all) => {
    const world = new World();
    for (const { what, which } of all) {
      world.step(what, which);
      world.check();
    }
  });
  fc.assert(agree, { numRuns: 3_000 });
});
