/** What a runtime does now and then while it is up: free old artifacts and records, close sessions that nobody came back to. */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { sweepArtifacts } from "../output/retention.ts";

export interface UpkeepOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly artifactsRoot: string;
  /** A file whose time says when the last round was. */
  readonly stampPath: string;
  readonly maxAgeMs: number;
  readonly maxCount: number;
  readonly maxBytes: number;
  readonly sessionMaxAgeMs: number;
  /** Delivered results and their messages; longer than artifacts, so that `artifacts: "expired"` can be said. 0: for ever. */
  readonly recordMaxAgeMs: number;
  readonly onError: (error: unknown) => void;
}

/** Soon after the start, so that it slows no first command, and then rarely: the limits are about days. */
const firstAfterMs = 30_000;
const everyMs = 60 * 60 * 1_000;
/** Old records deleted in one transaction: more would hold the write lock too long. */
const pruneLimit = 1_000;

/** Rounds while it is up, and one at its end when nobody did one on this state directory lately: hosts that live for seconds need it too. */
export function startUpkeep(options: UpkeepOptions): AsyncDisposable {
  const { clock } = options;
  let timer: Timer;
  let running: Promise<void> = Promise.resolve();
  const round = (): void => {
    running = roundWhenDue(options);
    timer = clock.after(everyMs, round, { idle: true });
  };
  timer = clock.after(firstAfterMs, round, { idle: true });
  return {
    [Symbol.asyncDispose]: async () => {
      timer.cancel();
      await running;
      await roundWhenDue(options);
    },
  };
}

/** Several processes share a state directory: the one that moves the stamp does the work. */
async function roundWhenDue(options: UpkeepOptions): Promise<void> {
  const { clock, stampPath, onError } = options;
  try {
    const last = (await stat(stampPath).catch(() => null))?.mtimeMs;
    if (last !== undefined && last > clock.now() - everyMs && last <= clock.now()) return;
    await writeFile(stampPath, "", { mode: 0o600 });
    // A new state directory has nothing to free.
    if (last !== undefined) await upkeep(options);
  } catch (error) {
    onError(error);
  }
}

async function upkeep(options: UpkeepOptions): Promise<void> {
  await closeForgottenSessions(options);
  await freeArtifacts(options);
  const { ledger, clock, recordMaxAgeMs } = options;
  if (recordMaxAgeMs > 0) await ledger.prune({ before: clock.now() - recordMaxAgeMs, limit: pruneLimit });
}

/** Ids of the handles whose artifacts were freed; the ledger says `expired` for them from now on. */
async function freeArtifacts(
  options: Omit<UpkeepOptions, "onError" | "sessionMaxAgeMs" | "recordMaxAgeMs" | "stampPath">,
): Promise<readonly string[]> {
  const { ledger, clock, artifactsRoot: root, maxAgeMs, maxCount, maxBytes } = options;
  // Asked at the moment of the freeing: what was started since the sweep began is live too.
  const isLive = async (handleId: string): Promise<boolean> => {
    const record = await ledger.get({ handleId });
    if (record !== null) return record.state === "running";
    const made = await stat(join(root, handleId)).catch(() => null);
    // Its directory is made before it is placed.
    return made !== null && made.mtimeMs > clock.now() - everyMs;
  };
  const { freed } = await sweepArtifacts({ root, maxAgeMs, maxCount, maxBytes, isLive, now: clock.now() });
  if (freed.length > 0) await ledger.expireArtifacts({ handleIds: freed });
  return freed;
}

async function closeForgottenSessions({
  ledger,
  clock,
  sessionMaxAgeMs,
  recordMaxAgeMs,
}: UpkeepOptions): Promise<void> {
  if (sessionMaxAgeMs === 0) return;
  const running = await ledger.list({ sessionId: null, state: "running", limit: Number.MAX_SAFE_INTEGER });
  const busy = new Set(running.map((handle) => handle.sessionId));
  const before = clock.now() - sessionMaxAgeMs;
  for (const { sessionId, readerEpoch, attachedAt } of await ledger.sessions({ state: "open" })) {
    if (busy.has(sessionId) || attachedAt > before) continue;
    // A host that attached once and goes on working for weeks has not forgotten it.
    const [newest] = await ledger.list({ sessionId, state: null, limit: 1 });
    if (newest !== undefined && (newest.endedAt ?? newest.createdAt) > before) continue;
    // Closing counts as the delivery of what nobody has read: that is kept as long as any record.
    const { terminal, claimed } = await ledger.pending({ sessionId });
    const isOld = recordMaxAgeMs > 0 && attachedAt <= clock.now() - recordMaxAgeMs;
    if (terminal + claimed > 0 && !isOld) continue;
    await ledger.closeSession({ sessionId, readerEpoch, handOver: false });
  }
}
