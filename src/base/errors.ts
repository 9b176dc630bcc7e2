/** The one error class of the library: what *we* could not do. A command that fails is a result, never one of these. */

const brand = Symbol.for("longhand.error");

/** Every kind, in one place; `docs/errors.md` explains them and a pin test keeps the two alike. */
export const errorKinds = [
  "missing_parameter",
  "invalid_parameter",
  "not_found",
  "conflict",
  "capacity",
  "policy_denied",
  "spawn_failed",
  "unsupported",
  "unavailable",
  "closed",
  "internal",
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** Facts that a program can act on; `expected` and `got` describe a rejected value. */
export interface ErrorDetails {
  readonly errno?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly limit?: number;
  readonly [name: string]: unknown;
}

export interface ErrorOptions {
  /** The field that was wrong, as the caller spelled its path: `capture.max_inline_bytes`. */
  readonly param?: string;
  /** The tool in whose call it happened. */
  readonly tool?: string;
  readonly details?: ErrorDetails;
  /** Whether the same call may work later without a change. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** How an error looks on the wire. */
export interface ErrorJson {
  readonly kind: ErrorKind;
  readonly tool?: string;
  readonly param?: string;
  readonly message: string;
  readonly details?: ErrorDetails;
  readonly retryable: boolean;
}

export class LonghandError extends Error {
  override readonly name = "LonghandError";
  readonly kind: ErrorKind;
  readonly param: string | undefined;
  readonly tool: string | undefined;
  readonly details: ErrorDetails | undefined;
  readonly retryable: boolean;

  constructor(kind: ErrorKind, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.param = options.param;
    this.tool = options.tool;
    this.details = options.details;
    this.retryable = options.retryable ?? (kind === "capacity" || kind === "unavailable");
    Object.defineProperty(this, brand, { value: true });
  }

  /** The same error, attributed to a tool. */
  inTool(tool: string): LonghandError {
    if (this.tool !== undefined) return this;
    const { kind, message, param, details, retryable, cause } = this;
    return new LonghandError(kind, message, {
      tool,
      retryable,
      ...(param === undefined ? {} : { param }),
      ...(details === undefined ? {} : { details }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  toJSON(): ErrorJson {
    return {
      kind: this.kind,
      ...(this.tool === undefined ? {} : { tool: this.tool }),
      ...(this.param === undefined ? {} : { param: this.param }),
      message: this.message,
      ...(this.details === undefined ? {} : { details: this.details }),
      retryable: this.retryable,
    };
  }
}

/** Works across copies of the package, where `instanceof` does not. */
export function isLonghandError(value: unknown): value is LonghandError {
  return typeof value === "object" && value !== null && brand in value;
}

/** Anything thrown, as our error; what is not ours is `internal` and keeps its cause. */
export function asLonghandError(thrown: unknown): LonghandError {
  if (isLonghandError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LonghandError("internal", message, { cause: thrown });
}

/** An error rebuilt from the wire. */
export function errorFromJson(json: ErrorJson): LonghandError {
  const { kind, message, ...options } = json;
  return new LonghandError(kind, message, options);
}

/** The `code` of a Node system error (`ENOENT`), when there is one. */
export function errnoOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
