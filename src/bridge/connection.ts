/** One client and what it has open: everything that a method works on. */
import type { Client } from "./client.ts";
import type { ConnectionSessions } from "./connection-sessions.ts";
import type { Deliveries } from "./deliveries.ts";
import type { StartingCalls } from "./starting-calls.ts";

export interface Connection {
  readonly client: Client;
  readonly sessions: ConnectionSessions;
  readonly deliveries: Deliveries;
  readonly starting: StartingCalls;
  /** Whether questions before commands reach this bridge at all. */
  readonly canApprove: boolean;
}

/** Resolves when its calls have settled and its sessions are closed. Never rejects. */
export async function endConnection({ client, sessions, deliveries }: Connection, reason: string): Promise<void> {
  await client.peer.close(reason);
  await deliveries.lost();
  await sessions.end();
}
