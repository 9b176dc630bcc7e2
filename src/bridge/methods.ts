/** Every method that clients can call, in the order of the documentation. */
import { initialize } from "./handshake.ts";
import { hostMethods } from "./host-methods.ts";
import { inboxMethods } from "./inbox-methods.ts";
import type { Method } from "./method.ts";
import { sessionMethods } from "./session-methods.ts";
import { toolMethods } from "./tool-methods.ts";

export const bridgeMethods: readonly Method[] = [
  initialize,
  ...sessionMethods,
  ...toolMethods,
  ...hostMethods,
  ...inboxMethods,
];
