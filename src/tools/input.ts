/** Checking a tool's input: every refusal names the field, what was expected and what came. */
import type { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";

/** `null` for an optional field means that it is absent (what is passed through as it came keeps its nulls). Unknown keys are refused by name. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, tool: string): T {
  const parsed = schema.safeParse(withoutNulls(input, schema), { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A field that is missing is often there under a name that is nearly right: that name is what to tell.
  const issue = issues.find(({ code, path }) => code === "unrecognized_keys" && path.length === 0) ?? issues[0];
  if (issue === undefined) throw new LonghandError("invalid_parameter", "the input is invalid", { tool });
  throw refusal(issue, tool, schema);
}

/**
 * For a check of a schema that has the whole sentence to say: `context.addIssue(wholeMessage("give handle_id or port", ["handle_id"], …))`.
 * Any other message of a check is what was expected.
 */
export function wholeMessage(message: string, path: string[], kind: Whole["kind"] = "invalid_parameter") {
  return { code: "custom", message, path, params: { kind } satisfies Whole, input: undefined } as const;
}

interface Whole {
  readonly kind: "invalid_parameter" | "missing_parameter";
}

function isWhole(params: Record<string, unknown> | undefined): params is Record<string, unknown> & Whole {
  return params?.["kind"] === "invalid_parameter" || params?.["kind"] === "missing_parameter";
}

/** A union whose schema says itself what it takes. */
function hasOwnWords({ message }: z.core.$ZodIssueInvalidUnion): boolean {
  return message !== "Invalid input";
}

function refusal(issue: z.core.$ZodIssue, tool: string, schema: z.ZodType): LonghandError {
  if (issue.code === "unrecognized_keys") return unknownKey(issue, tool, schema);
  const within = issue.code === "invalid_union" && !hasOwnWords(issue) ? closestOf(issue) : undefined;
  if (within !== undefined) return refusal(within, tool, schema);
  const param = pathOf(issue.path);
  if (issue.code === "custom" && isWhole(issue.params))
    return new LonghandError(issue.params.kind, issue.message, { tool, param });
  if (issue.code === "invalid_type" && issue.input === undefined && issue.path.length > 0) {
    return new LonghandError("missing_parameter", `${param} is required: ${article(issue.expected)}`, {
      tool,
      param,
      details: { expected: issue.expected },
    });
  }
  const expected = expectation(issue);
  const got = issue.code === "invalid_union" ? shapeText(issue.input) : describe(issue.input);
  const message = `${param === "" ? "the input" : param}: expected ${expected}, got ${got}`;
  return new LonghandError("invalid_parameter", message, {
    tool,
    ...(param === "" ? {} : { param }),
    details: { expected, got },
  });
}

/** What is wrong within the alternative that was meant: the one whose type fits. */
function closestOf({ path, errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | undefined {
  const first = errors.map(([issue]) => issue).find((issue) => issue !== undefined && !isWrongType(issue));
  return first && { ...first, path: [...path, ...first.path] };
}

function isWrongType(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_type" && issue.path.length === 0;
}

function unknownKey(issue: z.core.$ZodIssueUnrecognizedKeys, tool: string, schema: z.ZodType): LonghandError {
  const key = issue.keys[0] ?? "";
  const param = pathOf([...issue.path, key]);
  const known = keysAt(schema, issue.path);
  return new LonghandError("invalid_parameter", `${param} is not a field of ${tool}; ${spellingHint(key, known)}`, {
    tool,
    param,
    details: { expected: known.join(" | "), got: key },
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return article(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_union":
      if (hasOwnWords(issue)) return issue.message;
      return issue.errors.flatMap(([first]) => (first === undefined ? [] : [expectation(first)])).join(" or ");
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " elements" : "";
}

function article(type: string): string {
  if (type === "int") return "an integer";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Short, and never the whole of a long value: it may hold a secret. */
function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text =
    typeof value === "string" ? JSON.stringify(value) : typeof value === "function" ? "a function" : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Of an object its fields: `{open: false}`, `{open: true, text}`. */
function shapeText(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return describe(value);
  const fields = Object.entries(value).slice(0, 5);
  const texts = fields.map(([name, field]) => `${name.slice(0, 20)}${typeof field === "boolean" ? `: ${field}` : ""}`);
  return `{${texts.join(", ")}}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let shape = shapeOf(schema);
  for (const key of path) shape = shapeOf(shape?.[String(key)]);
  return Object.keys(shape ?? {});
}

interface SchemaParts {
  readonly shape?: Record<string, unknown>;
  readonly def?: { readonly innerType?: unknown; readonly in?: unknown; readonly options?: readonly unknown[] };
}

/** The fields of an object's schema, also behind defaults, optionals and as one of several alternatives. */
function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const { shape, def } = (schema ?? {}) as SchemaParts;
  if (shape !== undefined || def === undefined) return shape;
  const inner = [def.innerType ?? def.in, ...(def.options ?? [])].filter((part) => part !== undefined);
  return inner.map(shapeOf).find((found) => found !== undefined);
}

function withoutNulls(value: unknown, schema: unknown): unknown {
  const shape = shapeOf(schema);
  if (shape === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field, shape[key])]));
}
