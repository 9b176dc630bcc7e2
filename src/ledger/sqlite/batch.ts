/** Group commit: many calls, one transaction. One that is refused does not undo the others. */
import { asLonghandError } from "../../base/errors.ts";
import type { LedgerOperations, Topic } from "../ledger.ts";
import { invoke, operationKinds } from "../operation-kinds.ts";
import type { Connection } from "./connection.ts";
import { asUnavailable, isBusy, isStorageFailure } from "./failures.ts";
import type { Call, Reply } from "./protocol.ts";
import { checkSchema } from "./schema.ts";

export interface Batch {
  readonly replies: readonly Reply[];
  /** What changed; empty for calls that were refused. */
  readonly topics: readonly Topic[];
}

export interface BatchStore {
  readonly connection: Connection;
  readonly operations: LedgerOperations;
  readonly path: string;
  /** What the operations touch is put here. */
  readonly touched: Topic[];
}

/**
 * Everything in it is committed when this returns. It throws when the transaction as a whole failed (lock held, disk full): then
 * nothing is committed.
 */
export function runBatch(store: BatchStore, calls: readonly Call[]): Batch {
  const { connection, touched, path } = store;
  const writes = calls.some(({ name }) => operationKinds[name] !== "read");
  // Only between transactions does SQLite take it. A commit with FULL syncs what NORMAL ones before it left unsynced.
  if (writes) connection.run(`PRAGMA synchronous = ${calls.some(isDurable) ? "FULL" : "NORMAL"}`);
  touched.length = 0;
  const replies = connection.transaction(writes ? "write" : "read", () => {
    // A newer process may have migrated the tables since the last one.
    checkSchema(connection, path);
    return calls.map((call) => runOne(store, call));
  });
  return { replies, topics: [...touched] };
}

export function isDurable({ name, args }: Call): boolean {
  if (operationKinds[name] !== "asked") return operationKinds[name] === "durable";
  const [request] = args;
  return typeof request === "object" && request !== null && "durable" in request && request.durable === true;
}

function runOne({ connection, operations, touched, path }: BatchStore, { id, name, args }: Call): Reply {
  const before = touched.length;
  try {
    return { id, value: connection.savepoint(() => invoke(operations, name, args)) };
  } catch (error) {
    if (isBusy(error) || isStorageFailure(error)) throw error;
    touched.length = before;
    return { id, error: asLonghandError(asUnavailable(error, path)).toJSON() };
  }
}
