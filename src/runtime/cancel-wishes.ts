/** Other processes on the same ledger ask for the end of a handle that runs here: their wish is durable, this carries it out. */
import type { Cause } from "../handle/cause.ts";
import type { Ladders } from "../handle/ladders.ts";
import type { Supervisor } from "../handle/supervisor.ts";
import type { HostTicket, Ledger } from "../ledger/ledger.ts";

export interface CancelWishOptions {
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly supervisor: Supervisor;
  readonly ladders: Ladders;
}

export function followCancelWishes({ ledger, ticket, supervisor, ladders }: CancelWishOptions): Disposable {
  const look = async (): Promise<void> => {
    // A ledger that cannot be asked now hints again later.
    for (const { handleId, cancel } of await ledger.cancels({ ticket }).catch(() => [])) {
      supervisor.get(handleId)?.requestStop(cancel as unknown as Cause, ladders.cancel);
    }
  };
  return ledger.onWake(`cancel:${ticket.hostId}`, () => void look());
}
