/** Options of the library, looked at as those of a tool are by its schema: what is wrong is named, and nothing is ignored. */
import { LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";

const tests = {
  "a string": (value: unknown) => typeof value === "string",
  "a string or null": (value: unknown) => value === null || typeof value === "string",
  "a boolean": (value: unknown) => typeof value === "boolean",
  "a number": (value: unknown) => typeof value === "number",
  "a function": (value: unknown) => typeof value === "function",
  "an object": isObject,
  // Not by its class: one of another realm is as good.
  "an AbortSignal": (value: unknown) =>
    isObject(value) && "aborted" in value && "addEventListener" in value && "removeEventListener" in value,
  "hand_over | stop": (value: unknown) => value === "hand_over" || value === "stop",
} as const;

/** What an option has to be, in the words in which a refusal says it. */
export type OptionType = keyof typeof tests;

/** An option that is undefined is absent. Throws `invalid_parameter` with the first that is wrong. `what`: `a call`. */
export function checkOptions(options: unknown, types: Readonly<Record<string, OptionType>>, what: string): void {
  if (!isObject(options)) throw refused("options", "an object", nameOf(options));
  // No list is made of what there is to know: every call comes here.
  for (const key of Object.keys(options)) {
    const expected = Object.hasOwn(types, key) ? types[key] : undefined;
    if (expected === undefined) throw unknown(key, Object.keys(types), what);
    const value = options[key];
    if (value !== undefined && !tests[expected](value)) throw refused(key, expected, nameOf(value));
  }
}

/** An option that would be ignored is a mistake of its caller, who believes that it counts. `what`: `an operation`. */
export function checkKnown(options: object, known: readonly string[], what: string): void {
  const stranger = Object.keys(options).find((key) => !known.includes(key));
  if (stranger !== undefined) throw unknown(stranger, known, what);
}

export function refused(param: string, expected: string, got: string): LonghandError {
  return new LonghandError("invalid_parameter", `${param}: expected ${expected}, got ${got}`, {
    param,
    details: { expected, got },
  });
}

/** Never the value itself: it may be long, or a secret. */
export function nameOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}

function unknown(stranger: string, known: readonly string[], what: string): LonghandError {
  const got = stranger.slice(0, 60);
  return new LonghandError("invalid_parameter", `${got} is no option of ${what}; ${spellingHint(got, known)}`, {
    param: got,
    details: { expected: known.join(" | "), got },
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
