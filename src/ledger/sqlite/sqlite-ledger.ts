/** The durable ledger: SQLite in a worker thread behind the asynchronous port, with group commit. Resolved means committed. */
import { type Clock, systemClock } from "../../base/clock.ts";
import { Hints } from "../hints.ts";
import type { Ledger } from "../ledger.ts";
import { promisedOperationsFrom } from "../operation-kinds.ts";
import { defaultMaxUnreadPerSession } from "../rules.ts";
import { Client } from "./client.ts";

export interface SqliteLedgerOptions {
  /** Of the database file, on a local file system. It and its directory are made when they are missing, 0600 and 0700. */
  readonly path: string;
  readonly clock?: Clock;
  /** Bound of unread messages in one inbox, default 10,000. */
  readonly maxUnreadPerSession?: number;
  /** How long an operation waits for a lock before it is refused with `unavailable`, default 30,000. `record` waits until the close. */
  readonly deadlineMs?: number;
  /** How long `close` finishes what was asked, default 5,000. What is left then is refused with `closed`. */
  readonly closeMs?: number;
  /** How often the commits of other processes are looked for while somebody is subscribed, default 200. */
  readonly pollMs?: number;
}

/**
 * Rejects with `unavailable` when the file cannot be opened or written, is corrupt, or was written by a newer version; nothing is
 * changed then. Several processes may share one database. It does not keep an idle process alive.
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { path, clock = systemClock, maxUnreadPerSession = defaultMaxUnreadPerSession } = options;
  const { deadlineMs = 30_000, closeMs = 5_000, pollMs = 200 } = options;
  const hints = new Hints((wanted) => client.watch(wanted));
  const client = new Client({
    settings: { path, maxUnreadPerSession, deadlineMs, pollMs, create: true },
    clock,
    closeMs,
    changed: (topics) => (topics === null ? hints.fireAll() : hints.fire(topics)),
  });
  await client.opened;
  return {
    ...promisedOperationsFrom((name, args) => client.call(name, args)),
    onWake: (topic, wake) => hints.on(topic, wake),
    location: path,
    close() {
      const closed = client.close();
      hints.clear();
      return closed;
    },
  };
}
