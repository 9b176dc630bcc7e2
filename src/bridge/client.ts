/** The other end of a connection, as far as sessions know it. */
import type { Peer } from "../rpc/peer.ts";

export interface Client {
  readonly peer: Peer;
  /** It declared that it answers `approval/request`. */
  approves: boolean;
  /** It declared that it sends `$/received` for each answer of a tool. */
  confirms: boolean;
}
