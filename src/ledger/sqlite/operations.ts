/** The operations over one connection: as they are, for who brings a transaction, and each in one of its own. */
import type { LedgerOperations } from "../ledger.ts";
import type { OperationsOptions } from "../memory.ts";
import { invoke, operationKinds, operationsFrom } from "../operation-kinds.ts";
import { defaultMaxUnreadPerSession } from "../rules.ts";
import type { Connection } from "./connection.ts";
import { asUnavailable } from "./failures.ts";
import { handleOperations } from "./handles.ts";
import { hostOperations } from "./hosts.ts";
import { inboxOperations } from "./inbox.ts";
import type { StoreContext } from "./lookups.ts";
import { openDatabase } from "./open.ts";
import { pruneOperation } from "./prune.ts";
import { sessionOperations } from "./sessions.ts";

/** To be called inside a transaction. */
export function operationsOn(connection: Connection, options: OperationsOptions = {}): LedgerOperations {
  const context: StoreContext = {
    connection,
    maxUnreadPerSession: options.maxUnreadPerSession ?? defaultMaxUnreadPerSession,
    touch: options.touch ?? (() => {}),
  };
  return {
    ...hostOperations(context),
    ...handleOperations(context),
    ...sessionOperations(context),
    ...inboxOperations(context),
    ...pruneOperation(context),
  };
}

export interface SqliteOperations extends LedgerOperations, Disposable {}

/** Blocks the thread, up to five seconds for a lock: for tools and tests. A runtime takes `openSqliteLedger`. */
export function createSqliteOperations(path: string, options: OperationsOptions = {}): SqliteOperations {
  const { connection } = openDatabase(path, { busyTimeoutMs: 5_000, create: true });
  const operations = operationsOn(connection, options);
  const each = operationsFrom((name, args) => {
    const mode = operationKinds[name] === "read" ? "read" : "write";
    try {
      return connection.transaction(mode, () => invoke(operations, name, args));
    } catch (error) {
      throw asUnavailable(error, path);
    }
  });
  return { ...each, [Symbol.dispose]: () => connection.close() };
}
