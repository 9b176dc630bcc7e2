/** The ledger in memory: the reference model of the rules, for tests and for runtimes that may forget everything. */
import { Hints } from "./hints.ts";
import type { Ledger, LedgerOperations, Topic } from "./ledger.ts";
import { handleOperations } from "./memory/handles.ts";
import { hostOperations } from "./memory/hosts.ts";
import { inboxOperations } from "./memory/inbox.ts";
import { pruneOperation } from "./memory/prune.ts";
import { sessionOperations } from "./memory/sessions.ts";
import type { MemoryState } from "./memory/state.ts";
import { invoke, operationsFrom, promisedOperationsFrom } from "./operation-kinds.ts";
import { ledgerClosed } from "./refusals.ts";
import { defaultMaxUnreadPerSession } from "./rules.ts";

export interface OperationsOptions {
  /** Bound of unread messages in one inbox, default 10,000. */
  readonly maxUnreadPerSession?: number;
  /** Hears what changed, while the operation runs. */
  readonly touch?: (topic: Topic) => void;
}

export function createMemoryOperations(options: OperationsOptions = {}): LedgerOperations {
  const state: MemoryState = {
    hosts: new Map(),
    sessions: new Map(),
    handles: new Map(),
    running: new Set(),
    requests: new Map(),
    messages: new Map(),
    claims: new Map(),
    maxUnreadPerSession: options.maxUnreadPerSession ?? defaultMaxUnreadPerSession,
    touch: options.touch ?? (() => {}),
  };
  const operations: LedgerOperations = {
    ...hostOperations(state),
    ...handleOperations(state),
    ...sessionOperations(state),
    ...inboxOperations(state),
    ...pruneOperation(state),
  };
  return operationsFrom((name, args) => invoke(operations, name, structuredClone(args).map(deepFreeze)));
}

/** Each call is made at once; a resolved promise means that it happened. */
export function createMemoryLedger(options: Omit<OperationsOptions, "touch"> = {}): Ledger {
  const hints = new Hints();
  const operations = createMemoryOperations({ ...options, touch: (topic) => hints.fire([topic]) });
  let closed = false;
  const call = promisedOperationsFrom(async (name, args) => {
    if (closed) throw ledgerClosed();
    return invoke(operations, name, args);
  });
  return {
    ...call,
    onWake: (topic, wake) => hints.on(topic, wake),
    location: null,
    async close() {
      closed = true;
      hints.clear();
    },
  };
}

/** What is kept is shared with every answer: it must not change in anybody's hands. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
