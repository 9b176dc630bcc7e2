/** Options of the library, looked at as those of a tool are by its schema: what is wrong is named, and nothing is ignored. */
import { LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";

/** An option that would be ignored is a mistake of its caller, who believes that it counts. `what`: `an operation`. */
export function checkKnown(options: object, known: readonly string[], what: string): void {
  const stranger = Object.keys(options).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  throw new LonghandError(
    "invalid_parameter",
    `${stranger} is no option of ${what}; ${spellingHint(stranger, known)}`,
    {
      param: stranger,
      details: { expected: known.join(" | "), got: stranger },
    },
  );
}

export function refused(param: string, expected: string, got: string): LonghandError {
  return new LonghandError("invalid_parameter", `${param}: expected ${expected}, got ${got}`, {
    param,
    details: { expected, got },
  });
}
