/** Who was met while a tree was stopped, and what each was sent: what the receipt is written from. */
import type { ProcessIdentity } from "./identity.ts";
import type { Coverage, Receipt, Survivor, SurvivorReason } from "./receipt.ts";

/** More than anybody reads; an endless forker would fill any list. */
const mostListed = 100;

export interface Entry extends ProcessIdentity {
  name: string;
  readonly signals: NodeJS.Signals[];
  /** The last signal was not permitted, or refused because it is above us. */
  denied: boolean;
  alive: boolean;
}

export interface Closing {
  readonly coverage: Coverage;
  readonly complete: boolean;
  readonly durationMs: number;
  /** Why those who are alive are; `not_permitted` goes before `uninterruptible`. */
  readonly kept: boolean;
}

export class Roll {
  /** Live ones, by pid; the dead are counted, and the first hundred remembered. */
  readonly #alive = new Map<number, Entry>();
  readonly #listed: Entry[] = [];
  #found = 0;
  #stopped = 0;

  /** The entry of that very process, made when it is new. */
  enter({ pid, startTime, name }: ProcessIdentity & { readonly name: string }): Entry {
    const present = this.#alive.get(pid);
    if (present !== undefined && present.startTime === startTime) {
      // What was met as a wrapper or a shell may have become the program by now.
      present.name = name;
      return present;
    }
    if (present !== undefined) this.bury(present);
    const entry: Entry = { pid, startTime, name, signals: [], denied: false, alive: true };
    this.#alive.set(pid, entry);
    this.#found++;
    if (this.#listed.length < mostListed) this.#listed.push(entry);
    return entry;
  }

  bury(entry: Entry): void {
    entry.alive = false;
    this.#alive.delete(entry.pid);
    if (entry.signals.length > 0) this.#stopped++;
  }

  get alive(): readonly Entry[] {
    return [...this.#alive.values()];
  }

  get found(): number {
    return this.#found;
  }

  receipt({ coverage, complete, durationMs, kept }: Closing): Receipt {
    return {
      processes: this.#listed.map(({ pid, name, signals }) => ({ pid, name, signals: [...signals] })),
      found: this.#found,
      stopped: this.#stopped,
      survivors: this.alive.map((entry) => survivor(entry, kept)),
      coverage,
      complete,
      durationMs,
    };
  }
}

function survivor({ pid, name, denied }: Entry, kept: boolean): Survivor {
  const unwilling: SurvivorReason = denied ? "not_permitted" : "uninterruptible";
  return { pid, name, reason: kept ? "kept" : unwilling };
}
