/** longhand/bridge: the runtime for programs in any language, as JSON-RPC 2.0 over a pair of streams. */

export type { WriterLimits } from "../rpc/line-writer.ts";
export { defaultMaxLineBytes } from "../rpc/lines.ts";
export { type Bridge, type BridgeOptions, createBridge, type ServeOptions, serveBridge } from "./bridge.ts";
export type { Method } from "./method.ts";
export { bridgeMethods } from "./methods.ts";
export { type RunBridgeOptions, runBridge } from "./run-bridge.ts";
