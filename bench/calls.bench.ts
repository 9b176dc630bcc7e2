/** The registry of tool calls in flight: how many are opened, cancelled by their id and closed in a second, and what ten million of them leave. */
import { CallRegistry } from "../dist/session/calls.js";
import { publish } from "./lib/report.ts";
import { quantile } from "./lib/statistics.ts";

const perRound = 100_000;
const rounds = 20;
const who = { by: "user", reason: "stop", injectReminder: true };
// They come with the request: making them is the caller's cost. Each is hashed anew, as one that was parsed a moment ago is.
const freshIds = (): string[] => Array.from({ length: perRound }, (_, n) => `call_${n}`);

/** What happens between a call's opening and its end. */
interface Kind {
  readonly signalIsRead: boolean;
  readonly outer: AbortSignal | undefined;
  /** Calls of the session that stay in flight meanwhile. */
  readonly others: number;
}
const plain: Kind = { signalIsRead: false, outer: undefined, others: 0 };

/** Opened, cancelled and closed per second. */
function rate(kind: Kind): number {
  const { signalIsRead, outer, others } = kind;
  const registry = new CallRegistry();
  const resident = Array.from({ length: others }, (_, n) => registry.open("ses_a", "wait", { callId: `other_${n}` }));
  const samples: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const ids = freshIds();
    const begun = performance.now();
    for (const callId of ids) {
      const call = registry.open("ses_a", "run_command", { callId, signal: outer });
      if (signalIsRead && call.signal.aborted) throw new Error("aborted before it was cancelled");
      registry.get("ses_a", callId)?.cancel(who);
      call[Symbol.dispose]();
    }
    if (round >= 0) samples.push((perRound / (performance.now() - begun)) * 1_000);
  }
  for (const call of resident) call[Symbol.dispose]();
  return best(samples);
}

/** A controller of its own and its abort, each with the platform's own exception: what a call with a signal would cost without a registry. */
function bareAborts(): number {
  const samples: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const begun = performance.now();
    for (let n = 0; n < perRound; n++) {
      const abort = new AbortController();
      if (abort.signal.aborted) throw new Error("aborted before it was cancelled");
      abort.abort();
    }
    if (round >= 0) samples.push((perRound / (performance.now() - begun)) * 1_000);
  }
  return best(samples);
}

/** Of the rounds: a neighbour on the machine takes whole rounds, and none makes one faster. */
function best(samples: readonly number[]): number {
  return quantile(samples, 1);
}

/** MiB of heap that calls of every kind leave behind, in one session and in many, under one outer signal that lives on. */
function growth(calls: number): number {
  const registry = new CallRegistry();
  const outer = new AbortController().signal;
  const run = (from: number, to: number): void => {
    for (let n = from; n < to; n++) oneOfManyKinds(registry, outer, n);
  };
  run(0, perRound);
  const before = heap();
  run(perRound, calls);
  return (heap() - before) / 2 ** 20;
}

function oneOfManyKinds(registry: CallRegistry, outer: AbortSignal, n: number): void {
  const options = { callId: n % 3 === 0 ? "" : `call_${n}`, signal: n % 2 === 0 ? outer : undefined };
  using call = registry.open(n % 5 === 0 ? `ses_${n}` : "ses_a", "run_command", options);
  if (n % 7 === 0) call.signal.addEventListener("abort", () => null);
  if (n % 4 === 0) call.cancel(who);
}

function heap(): number {
  if (globalThis.gc === undefined) throw new Error("needs --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const outer = new AbortController().signal;
const open = rate(plain);
const withSignal = rate({ ...plain, signalIsRead: true });
const withOuter = rate({ ...plain, outer });
const withOthers = rate({ ...plain, others: 1_000 });
const bare = bareAborts();
const left = growth(10_000_000);

const perSecond = { sense: "at least", unit: "/s" } as const;
const met = publish({
  bench: "calls",
  facts: [{ name: "bare AbortController made, read and aborted", value: bare, unit: "/s" }],
  budgets: [
    { name: "open, cancel by id, close", measured: open, limit: 1_000_000, ...perSecond },
    { name: "the same with 1,000 others in flight", measured: withOthers, limit: 1_000_000, ...perSecond },
    { name: "the same under an outer signal", measured: withOuter, limit: 1_000_000, ...perSecond },
    { name: "the same with its signal read", measured: withSignal, limit: 500_000, ...perSecond },
    { name: "heap left by 10,000,000 calls", measured: left, limit: 1, sense: "at most", unit: "MiB" },
  ],
});
process.exitCode = met ? 0 : 1;
