/**
 * Every order in which processes are spawned, end by themselves, run out of time, are looked at, waited for, killed and let go: what
 * host calls answer agrees with a model of a few lines, and all answers about one process agree with each other.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isLonghandError } from "../../../src/base/errors.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";
import { type Processes, processesOf } from "../../support/host-calls.ts";

const cap = 3;
const timeoutMs = 150;
const shortWaitMs = 60;

const deeds = ["exit", "poll", "wait", "wait briefly", "kill", "release", "time passes"] as const;

interface Act {
  readonly what: (typeof deeds)[number];
  /** Counted from the newest. */
  readonly which: number;
  /** Turns of the event loop before the next. */
  readonly turns: number;
}
/** What is done in one go races; then everything comes to rest. */
type Step = { readonly limited: boolean } | readonly Act[];

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom(...deeds),
  which: fc.nat({ max: 5 }),
  turns: fc.nat({ max: 2 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ limited: fc.boolean() }) },
  { weight: 3, arbitrary: fc.array(act, { minLength: 1, maxLength: 4 }) },
);

interface Modelled {
  readonly handleId: string;
  readonly pid: number;
  readonly code: number;
  /** On the clock of the engine; null for none. */
  readonly deadline: number | null;
  /** How it may have ended: more than one while that was a race and nobody has looked. Empty while it runs. */
  ends: Set<string>;
  ended: boolean;
  where: "here" | "evicted" | "released";
  observed: boolean;
}

interface Answering {
  readonly done: Promise<void>;
  /** Whether its answer is due as things stand. */
  readonly due: () => boolean;
  settled: boolean;
}

class World {
  readonly engine: FakeEngine;
  readonly session: Session;
  readonly all: Modelled[] = [];
  readonly #answering: Answering[] = [];
  readonly #processes: Processes;

  constructor(engine: FakeEngine, session: Session) {
    this.engine = engine;
    this.session = session;
    this.#processes = processesOf(session);
  }

  async spawn(limited: boolean): Promise<void> {
    const here = this.all.filter(({ where }) => where === "here");
    const params = { argv: ["x"], ...(limited ? { timeout_ms: timeoutMs } : {}) };
    const spawning = this.#processes.host("spawn", params);
    if (here.filter(({ ended }) => !ended).length >= cap) {
      await expect(spawning).rejects.toMatchObject({ kind: "capacity" });
      return;
    }
    const spawned = await spawning;
    if (here.length >= cap) {
      const ended = here.filter((each) => each.ended);
      const victim = ended.find(({ observed }) => observed) ?? ended[0];
      if (victim !== undefined) victim.where = "evicted";
    }
    this.all.push({
      handleId: String(spawned["handle_id"]),
      pid: Number(spawned["pid"]),
      code: this.all.length,
      deadline: limited ? this.#now + timeoutMs : null,
      ends: new Set(),
      ended: false,
      where: "here",
      observed: false,
    });
  }

  begin({ what, which }: Act): void {
    if (what === "time passes") this.engine.clock.advance(40);
    const each = this.all[this.all.length - 1 - (which % Math.max(1, this.all.length))];
    if (each === undefined) return;
    if (what === "exit") this.exit(each);
    else if (what === "poll") this.#poll(each);
    else if (what === "wait") this.#wait(each, null);
    else if (what === "wait briefly") this.#wait(each, shortWaitMs);
    else if (what === "kill") this.#kill(each);
    else if (what === "release") this.#release(each);
  }

  exit(each: Modelled): void {
    if (each.ended) return;
    each.ends.add("exited");
    this.engine.launcher.processes[each.pid - 1_000]?.exit({ code: each.code, signal: null });
  }

  /** Until nothing is ending any more, and whoever is due was answered. */
  async rest(): Promise<void> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      if (performance.now() > deadline) throw new Error("the engine does not come to rest");
      await turn();
      const live = new Set(this.engine.supervisor.live().map(({ id }) => id));
      for (const each of this.all) {
        this.#minute(each);
        if (!live.has(each.handleId)) each.ended = true;
      }
      const ending = this.all.some((each) => each.ends.size > 0 && !each.ended);
      // Nothing that is on its way needs the clock, only the disk: time stands still.
      if (!ending && this.#answering.every(({ due, settled }) => settled || !due())) return;
    }
  }

  async everybodyAgrees(): Promise<void> {
    for (const each of this.all) this.exit(each);
    await this.rest();
    for (const each of this.all) {
      if (each.where === "released") {
        await expect(this.#processes.poll(each.handleId)).rejects.toMatchObject({ kind: "not_found" });
        continue;
      }
      const answer = await this.#processes.poll(each.handleId);
      this.#sawEnd(each, answer);
      expect(answer["output"]).toBe(each.where === "evicted" ? "evicted" : "kept");
    }
    await Promise.all(this.#answering.map(({ done }) => done));
    expect(this.engine.supervisor.live()).toEqual([]);
    // Another reader gets what was not acknowledged: that is nothing.
    await this.engine.openSession({ id: this.session.id });
    expect(await this.engine.ledger.unread({ sessionId: this.session.id, limit: 100 })).toEqual([]);
  }

  get #now(): number {
    return this.engine.clock.monotonic();
  }

  #poll(each: Modelled): void {
    const ran = !each.ended;
    this.#watch(each, this.#processes.poll(each.handleId), (answer) => {
      if (answer["running"] === true) expect(ran).toBe(true);
      else this.#sawEnd(each, answer);
    });
  }

  #wait(each: Modelled, ms: number | null): void {
    const ran = !each.ended;
    const until = ms === null ? Number.POSITIVE_INFINITY : this.#now + ms;
    const waiting = this.#processes.wait(each.handleId, ms === null ? {} : { timeout_ms: ms });
    const due = (): boolean => each.ended || this.#now >= until;
    const onAnswer = (answer: JsonObject): void => {
      if (answer["running"] === true) {
        expect(answer).toMatchObject({ handle_id: each.handleId, status: "running", timed_out: true });
        expect(ran && this.#now >= until, "a wait gave up early").toBe(true);
      } else this.#sawEnd(each, answer);
    };
    this.#watch(each, waiting, onAnswer, due);
  }

  #kill(each: Modelled): void {
    if (!each.ended && each.where === "here") each.ends.add("killed");
    this.#watch(each, this.#processes.kill(each.handleId), (answer) => {
      expect(answer["success"]).toBe(true);
      this.#sawEnd(each, answer);
    });
  }

  #release(each: Modelled): void {
    const released = each.where !== "released";
    if (released && !each.ended) each.ends.add("killed");
    each.where = "released";
    const releasing = this.#processes.release(each.handleId);
    this.#track(
      releasing.then((answer) => expect(answer).toEqual({ handle_id: each.handleId, released })),
      () => true,
    );
  }

  /** An answer says how it ended: that is possible, and from now on nothing else is. */
  #sawEnd(each: Modelled, answer: JsonObject): void {
    this.#minute(each);
    const status = String(answer["status"]);
    expect([...each.ends], `${status} of ${each.code}`).toContain(status);
    each.ends = new Set([status]);
    each.observed = true;
    expect(answer["exit_code"]).toBe(status === "exited" ? each.code : -1);
  }

  #minute(each: Modelled): void {
    if (each.deadline !== null && !each.ended && this.#now >= each.deadline) each.ends.add("timed_out");
  }

  #watch(
    each: Modelled,
    answering: Promise<JsonObject>,
    onAnswer: (answer: JsonObject) => void,
    due: () => boolean = () => true,
  ): void {
    const known = each.where !== "released";
    const checked = answering.then(
      (answer) => {
        expect(known, "a released handle was answered").toBe(true);
        onAnswer(answer);
      },
      (error: unknown) => {
        if (known || !isLonghandError(error)) throw error;
        expect(error.kind).toBe("not_found");
      },
    );
    this.#track(checked, known ? due : () => true);
  }

  #track(checked: Promise<unknown>, due: () => boolean): void {
    const done = checked.then(() => {});
    const answering: Answering = { done, due, settled: false };
    this.#answering.push(answering);
    const settle = (): void => {
      answering.settled = true;
    };
    done.then(settle, settle);
  }
}

it("host calls agree with the model", { timeout: 240_000 }, async () => {
  const check = async (steps: readonly Step[]): Promise<void> => {
    using engine = await fakeEngine({ maxProcesses: cap });
    const world = new World(engine, await engine.openSession());
    for (const each of steps) {
      if ("limited" in each) {
        await world.spawn(each.limited);
        continue;
      }
      for (const one of each) {
        world.begin(one);
        for (let i = 0; i < one.turns; i++) await turn();
      }
      await world.rest();
    }
    await world.everybodyAgrees();
  };
  const steps = fc.array(step, { minLength: 2, maxLength: 14 });
  await fc.assert(fc.asyncProperty(steps, check), { numRuns: 1_000 });
});
