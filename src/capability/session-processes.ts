/** The processes of one session, each behind its handle: found by id, followed to their end. */
import { LonghandError } from "../base/errors.ts";
import type { Handle } from "../handle/handle.ts";
import type { Session } from "../session/session.ts";
import type { Deliveries } from "./deliveries.ts";
import { type ProcessReceipt, receiptOf } from "./process-receipt.ts";
import { type Found, ProcessRegistry } from "./process-registry.ts";

export interface SpawnedProcess {
  readonly handle: Handle;
  /** Resolves when the registry knows the end. Never rejects. */
  readonly ended: Promise<ProcessReceipt>;
}

export type FoundProcess = Found<SpawnedProcess, ProcessReceipt>;

export interface SessionProcessesOptions {
  readonly maxProcesses: number;
  readonly deliveries: Deliveries;
}

export class SessionProcesses {
  readonly deliveries: Deliveries;
  readonly #registry: ProcessRegistry<SpawnedProcess, ProcessReceipt>;

  constructor({ maxProcesses, deliveries }: SessionProcessesOptions) {
    this.deliveries = deliveries;
    this.#registry = new ProcessRegistry({ maxEntries: maxProcesses });
  }

  /** There is nothing to tell. */
  get isEmpty(): boolean {
    return this.#registry.size === 0;
  }

  /** Rejects with `capacity` when all that fit are running, and as `start` does: then its place is free again. */
  async spawn(
    handleId: string,
    session: Session,
    start: () => Promise<{ readonly handle: Handle; readonly claimId: string }>,
  ): Promise<SpawnedProcess> {
    this.#registry.admit(handleId);
    try {
      const { handle, claimId } = await start();
      this.deliveries.expect(handle, claimId, session);
      return this.#follow(handle);
    } finally {
      this.#registry.abandon(handleId);
    }
  }

  /** Throws `not_found` (`handle_id`). */
  find(handleId: string): FoundProcess {
    const found = this.#registry.find(handleId);
    if (found !== null) return found;
    const got = handleId.slice(0, 60);
    throw new LonghandError("not_found", `no spawned process ${JSON.stringify(got)} in this session`, {
      param: "handle_id",
      details: { got },
    });
  }

  /** An answer says how it ended. */
  observed({ report }: ProcessReceipt): void {
    this.#registry.observed(report.handleId);
  }

  /** Null when there was none. */
  release(handleId: string): FoundProcess | null {
    return this.#registry.release(handleId);
  }

  #follow(handle: Handle): SpawnedProcess {
    const ended = handle.ended.then((report) => {
      const receipt = receiptOf(report);
      this.#registry.ended(handle.id, receipt);
      return receipt;
    });
    const process = { handle, ended };
    this.#registry.started(handle.id, process);
    return process;
  }
}
