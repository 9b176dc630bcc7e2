/** A handle by the port on which its command listens; only within the caller's session. */
import { LonghandError } from "../base/errors.ts";
import type { Handle } from "../handle/handle.ts";
import { holderText, listenerAmong, nameHolder } from "../handle/port-holder.ts";
import { lookAtPort } from "../process/port.ts";
import type { Session } from "../session/session.ts";
import { holderToWire } from "./ready-wire.ts";

/** Rejects with `not_found` (`port`), which names whoever else has it: nothing of this session may touch that process. */
export async function handleOnPort(session: Session, port: number): Promise<Handle> {
  const handle = await listenerAmong(session.live(), port);
  if (handle !== null) return handle;
  const state = await lookAtPort(port, { pid: 0, members: async () => [] });
  if (state.kind !== "taken") throw notFound(`nothing listens on port ${port} of this machine`, port, {});
  const holder = await nameHolder(state.holder, { neighbours: [] });
  const message = `no command of this session listens on port ${port}: it is held by ${holderText(holder)}, which is not stopped`;
  throw notFound(message, port, { holder: holderToWire(holder) });
}

function notFound(message: string, port: number, details: Record<string, unknown>): LonghandError {
  return new LonghandError("not_found", message, { param: "port", details: { ...details, got: `${port}` } });
}
