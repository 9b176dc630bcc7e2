/** Options of a bridge, looked at before anything is served: what is wrong is named, instead of failing somewhere inside. */
import { isRecord } from "../base/json.ts";
import { checkOptions, nameOf, refused } from "../session/check-options.ts";

/** Throws `invalid_parameter`. */
export function checkBridgeOptions(options: unknown): void {
  checkOptions(options, { otherwise: "a function" }, "createBridge");
}

const types = {
  input: "an object",
  output: "an object",
  runtime: "an object",
  log: "a function",
  maxLineBytes: "a number",
  writerLimits: "an object",
} as const;

/** Throws `invalid_parameter`. */
export function checkServeOptions(options: unknown): void {
  const { input, output, runtime, maxLineBytes = 1 } = isRecord(options) ? options : {};
  // Before what is not known: a stream in place of the options has many fields of its own.
  if (!has(input, Symbol.asyncIterator)) throw refused("input", "a readable stream of Node", nameOf(input));
  if (!has(output, "write")) throw refused("output", "a writable stream of Node", nameOf(output));
  if (!has(runtime, "openSession")) throw refused("runtime", "what createRuntime resolves with", nameOf(runtime));
  checkOptions(options, types, "serve");
  if (!(Number.isInteger(maxLineBytes) && Number(maxLineBytes) > 0)) {
    throw refused("maxLineBytes", "a whole number of bytes, at least 1", String(maxLineBytes));
  }
}

function has(value: unknown, method: string | symbol): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}
