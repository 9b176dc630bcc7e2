/** One question about the machine, and its answer. */
import type { ResolvedConfig } from "../config.ts";

/** `limited`: it works with less than it could. `missing`: longhand cannot do its job without. `absent`: not used yet. */
export type CheckStatus = "ok" | "limited" | "missing" | "absent";

export interface Finding {
  readonly status: CheckStatus;
  /** One line for people. */
  readonly summary: string;
  /** For programs. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Finds out one thing. May throw: then that thing is missing, and why is the message. */
export type Probe = (config: ResolvedConfig) => Finding | Promise<Finding>;
