/** The field `ready` of a start: exactly one sign by which a command is known to be of use. */
import { z } from "zod";
import { asLonghandError } from "../base/errors.ts";
import { parseProbeUrl } from "../handle/http-probe.ts";
import type { ReadyCondition } from "../handle/readiness.ts";
import { compilePattern } from "../output/output-pattern.ts";
import { wholeMessage } from "./input.ts";

const fields = z.strictObject({
  pattern: z.string().min(1).optional().describe("This text is printed."),
  regex: z.boolean().optional().describe("pattern is a regular expression."),
  port: z.int().min(1).max(65_535).optional().describe("A process of the command listens on this TCP port."),
  http: z.string().optional().describe("A GET of this URL on this machine (or :PORT/PATH) answers below 500."),
  owner: z.enum(["tree", "any"]).optional().describe("any: it does not matter who listens (docker)."),
  timeout_ms: z.int().min(0).optional().describe("Then it answers not ready, and the command goes on. Default 30,000."),
});

export type ReadyInput = z.output<typeof fields>;

const signs = ["pattern", "port", "http"] as const;

export const readyInput = fields.superRefine((input, context) => {
  const refuse = (name: keyof ReadyInput, message: string): void =>
    context.addIssue({ code: "custom", path: [name], message, input: input[name] });
  const given = signs.filter((sign) => input[sign] !== undefined);
  const [sign, second] = given;
  if (sign === undefined) context.addIssue({ code: "custom", message: "one of pattern, port and http", input });
  if (second !== undefined) refuse(second, `only one of pattern, port and http, not ${sign} too`);
  if (input.regex !== undefined && sign !== "pattern") refuse("regex", "it only with pattern");
  if (input.owner !== undefined && sign === "pattern") refuse("owner", "it only with port or http");
  const wrong = sign === "pattern" ? patternFault(input) : null;
  if (wrong !== null) context.addIssue(wholeMessage(wrong, ["pattern"]));
  if (input.http !== undefined && parseProbeUrl(input.http) === null) refuse("http", urlExpected);
});

/** Before anything is started. A whole sentence. */
function patternFault({ pattern = "", regex = false }: ReadyInput): string | null {
  try {
    compilePattern(pattern, { regex, param: "ready.pattern" });
    return null;
  } catch (thrown) {
    return asLonghandError(thrown).message;
  }
}

const urlExpected = "http(s)://localhost:PORT/PATH (only this machine, no credentials) or :PORT/PATH";

/** Of an input that was checked. */
export function conditionOf({ pattern, regex = false, port, http, owner = "tree" }: ReadyInput): ReadyCondition {
  if (pattern !== undefined) return { kind: "pattern", pattern: compilePattern(pattern, { regex }) };
  if (port !== undefined) return { kind: "port", port, owner };
  const url = parseProbeUrl(http ?? "");
  if (url === null) throw new TypeError("an input of ready that was not checked");
  return { kind: "http", url, owner };
}
