/** Every operation with what it costs: whether it writes, and whether its commit must survive a power cut. */
import type { Ledger, LedgerOperations } from "./ledger.ts";

export type OperationName = keyof LedgerOperations;

/** `read`: takes no write lock. `write`: survives `kill -9`. `durable`: survives a power cut. `asked`: as the request's `durable` says. */
export type OperationKind = "read" | "write" | "durable" | "asked";

export const operationKinds: Readonly<Record<OperationName, OperationKind>> = {
  openHost: "write",
  beat: "write",
  hosts: "read",
  adopt: "write",
  closeHost: "write",
  place: "write",
  note: "write",
  record: "asked",
  cancel: "write",
  cancels: "read",
  get: "read",
  find: "read",
  list: "read",
  expireArtifacts: "write",
  attach: "durable",
  session: "read",
  sessions: "read",
  closeSession: "durable",
  post: "asked",
  pending: "read",
  unread: "read",
  claim: "durable",
  claimHandle: "write",
  ack: "asked",
  release: "write",
  prune: "write",
};

const operationNames: readonly OperationName[] = Object.keys(operationKinds).filter(isOperationName);

function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operationKinds, name);
}

/** Calls an operation by name with arguments that crossed a thread: their types were checked on the other side. */
export function invoke(operations: LedgerOperations, name: OperationName, args: readonly unknown[]): unknown {
  const operation = operations[name] as (...args: readonly unknown[]) => unknown;
  return operation(...args);
}

export type PromisedOperations = Omit<Ledger, "onWake" | "location" | "close">;

/** All operations, each handed to one function by its name. */
export function operationsFrom(call: (name: OperationName, args: readonly unknown[]) => unknown): LedgerOperations {
  const entries = operationNames.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]);
  return Object.fromEntries(entries) as LedgerOperations;
}

export function promisedOperationsFrom(
  call: (name: OperationName, args: readonly unknown[]) => Promise<unknown>,
): PromisedOperations {
  const entries = operationNames.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]);
  return Object.fromEntries(entries) as PromisedOperations;
}
