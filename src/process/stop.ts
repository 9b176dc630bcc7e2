/** The stop ladder: signal, grace, SIGKILL, sweep until quiet, under one deadline over all of it. Ends with a receipt. */
import type { Clock } from "../base/clock.ts";
import type { ObservedProcess } from "./census.ts";
import type { Coverage, Receipt } from "./receipt.ts";
import { Roll } from "./roll.ts";
import { type SignalContext, signalProcess } from "./signal.ts";
import { isStill, type Kinship, Sweep, type SweepContext } from "./sweep.ts";
import type { Ladder } from "./tree.ts";

/** Most programs end within a millisecond or two of SIGTERM; those that take longer are not worth a busy loop. */
const firstPollMs = 1;
const longestPollMs = 25;

/** SIGKILL needs its share of the deadline, even when the grace would fill all of it. */
const killShareMs = 250;

export interface StopContext extends SweepContext {
  readonly clock: Clock;
  /** How far a look reaches while nobody refuses to be read. */
  readonly coverage: Coverage;
  /** Resolves when the leader has ended; the wait need not poll for that. */
  readonly leaderExited: Promise<unknown> | null;
}

export class Stop {
  readonly receipt: Promise<Receipt>;
  readonly #context: StopContext;
  readonly #signals: SignalContext;
  readonly #sweep: Sweep;
  readonly #roll = new Roll();
  readonly #startedAt: number;
  #signal: NodeJS.Signals;
  #graceEndsAt: number;
  #deadlineAt: number;
  #pollMs = firstPollMs;
  #wake: () => void = () => {};

  constructor(context: StopContext, kinship: Kinship, ladder: Ladder) {
    this.#context = context;
    this.#signals = { table: context.table, never: context.never() };
    this.#sweep = new Sweep(context, kinship, (member) => this.#meet(member));
    this.#startedAt = context.clock.monotonic();
    this.#signal = ladder.signal;
    this.#deadlineAt = this.#startedAt + ladder.deadlineMs;
    this.#graceEndsAt = graceEnd(this.#startedAt, ladder);
    void context.leaderExited?.then(() => this.#wake());
    this.receipt = this.#run();
  }

  /** A second caller: whoever is more impatient is heard. */
  join(ladder: Ladder): void {
    const now = this.#context.clock.monotonic();
    this.#deadlineAt = Math.min(this.#deadlineAt, now + ladder.deadlineMs);
    this.#graceEndsAt = Math.min(this.#graceEndsAt, graceEnd(now, ladder));
    this.#pollMs = firstPollMs;
    this.#wake();
  }

  async #run(): Promise<Receipt> {
    const { pace } = this.#context;
    await pace.turn();
    await this.#sweep.everybody(this.#deadlineAt);
    // Whether everybody was looked at since somebody was found: who was signalled may have been inside fork then.
    let confirmed = this.#roll.found === 0;
    let complete = false;
    for (;;) {
      if (this.#isEscalationDue()) await this.#escalate();
      const before = this.#roll.found;
      complete = await this.#sweep.newcomers(this.#deadlineAt);
      confirmed &&= this.#roll.found === before;
      const settled = complete && this.#countWaitedFor() === 0;
      if ((settled && confirmed) || this.#isLate()) break;
      if (settled) confirmed = await this.#confirm();
      if (!settled || !confirmed) await this.#pause();
      await pace.turn();
    }
    return this.#report(complete);
  }

  /** Looks at everybody once more; true when nobody new was there. */
  async #confirm(): Promise<boolean> {
    const before = this.#roll.found;
    const quiet = await this.#sweep.everybody(this.#deadlineAt);
    return quiet && this.#roll.found === before;
  }

  #report(complete: boolean): Receipt {
    this.#countWaitedFor();
    return this.#roll.receipt({
      coverage: this.#sweep.unreadable ? "group" : this.#context.coverage,
      complete,
      durationMs: Math.round(this.#context.clock.monotonic() - this.#startedAt),
      kept: false,
    });
  }

  #isLate(): boolean {
    return this.#context.clock.monotonic() >= this.#deadlineAt;
  }

  #isEscalationDue(): boolean {
    return this.#signal !== "SIGKILL" && this.#context.clock.monotonic() >= this.#graceEndsAt;
  }

  /** `meet` sends the signal that is in force, so a look at everybody is also the signal to everybody. */
  async #escalate(): Promise<void> {
    this.#signal = "SIGKILL";
    this.#pollMs = firstPollMs;
    await this.#sweep.everybody(this.#deadlineAt);
  }

  #meet(member: ObservedProcess): void {
    const entry = this.#roll.enter(member);
    if (entry.signals.includes(this.#signal)) return;
    const result = signalProcess(entry, this.#signal, this.#signals);
    entry.denied = result === "not_permitted" || result === "refused";
    if (result === "sent") entry.signals.push(this.#signal);
    if (result === "gone") this.#roll.bury(entry);
    this.#pollMs = firstPollMs;
  }

  /** Live members that a signal has reached: those it may not reach are not waited for, since nothing would change. */
  #countWaitedFor(): number {
    let waitedFor = 0;
    for (const entry of this.#roll.alive) {
      if (!isStill(this.#context.table, entry)) this.#roll.bury(entry);
      else if (!entry.denied) waitedFor++;
    }
    return waitedFor;
  }

  #pause(): Promise<void> {
    const now = this.#context.clock.monotonic();
    const turn = this.#signal === "SIGKILL" ? this.#deadlineAt : Math.min(this.#graceEndsAt, this.#deadlineAt);
    const ms = Math.max(0, Math.min(this.#pollMs, turn - now));
    this.#pollMs = Math.min(this.#pollMs * 2, longestPollMs);
    return new Promise((resolve) => {
      const timer = this.#context.clock.after(ms, () => this.#wake());
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

function graceEnd(now: number, { signal, graceMs, deadlineMs }: Ladder): number {
  if (signal === "SIGKILL") return now;
  return now + Math.min(graceMs, deadlineMs - Math.min(killShareMs, deadlineMs / 2));
}
