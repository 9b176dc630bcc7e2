/** The refusals of the ledger, worded once for every store. */
import { LonghandError } from "../base/errors.ts";
import type { HostTicket, Reader } from "./ledger.ts";

export function notFound(what: "session" | "handle" | "host", id: string): LonghandError {
  return new LonghandError("not_found", `No ${what} ${id}`);
}

export function sessionClosed(sessionId: string): LonghandError {
  return new LonghandError("closed", `Session ${sessionId} is closed`);
}

export function readerFenced({ sessionId, readerEpoch }: Reader, current: number): LonghandError {
  return new LonghandError("conflict", `Another reader has attached to session ${sessionId}`, {
    details: { expected: `reader epoch ${current}`, got: `reader epoch ${readerEpoch}` },
  });
}

/** For a reader that comes back: `notAfter` is the newest epoch that may be its own. */
export function refuseFenced({ sessionId, readerEpoch }: Reader, notAfter: number | null | undefined): void {
  if (typeof notAfter !== "number" || readerEpoch <= notAfter) return;
  throw readerFenced({ sessionId, readerEpoch: notAfter }, readerEpoch);
}

/** Not retryable under the same ticket: the host has to open anew. */
export function hostFenced({ hostId, epoch }: HostTicket): LonghandError {
  return new LonghandError("unavailable", `Host ${hostId} is fenced: epoch ${epoch} is over`, { retryable: false });
}

export function inboxFull(sessionId: string, limit: number): LonghandError {
  return new LonghandError("capacity", `The inbox of session ${sessionId} is full`, { details: { limit } });
}

export function idTaken(what: "handle" | "claim" | "message", id: string): LonghandError {
  return new LonghandError("conflict", `The ${what} id ${id} is taken`);
}

export function handlesRunning(hostId: string, count: number): LonghandError {
  return new LonghandError("conflict", `Host ${hostId} has ${count} running session handles`);
}

export function ledgerClosed(): LonghandError {
  return new LonghandError("closed", "The ledger is closed");
}
