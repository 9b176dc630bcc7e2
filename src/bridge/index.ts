/** longhand/bridge: the runtime for programs in any language, as JSON-RPC 2.0 over a pair of streams. */
export { type Bridge, type BridgeOptions, createBridge, type ServeOptions, serveBridge } from "./bridge.ts";
export type { WriterLimits } from "./line-writer.ts";
export { defaultMaxLineBytes } from "./lines.ts";
export type { Method } from "./method.ts";
export { bridgeMethods } from "./methods.ts";
export { type RunBridgeOptions, runBridge } from "./run-bridge.ts";
