/** What it means that a command which goes on is of use, and what became of waiting for that. */
import type { ArtifactName } from "../output/artifacts.ts";
import type { OutputPattern } from "../output/output-pattern.ts";
import type { Holder } from "./port-holder.ts";

export interface PatternCondition {
  readonly kind: "pattern";
  readonly pattern: OutputPattern;
}

export type PortCondition =
  | { readonly kind: "port"; readonly port: number; readonly owner: PortOwnership }
  | { readonly kind: "http"; readonly url: URL; readonly owner: PortOwnership };

/** `tree`: a process of this command listens. `any`: somebody does, docker for example. */
export type PortOwnership = "tree" | "any";

export type ReadyCondition = PatternCondition | PortCondition;

/** By what it was known. */
export type Sign =
  | { readonly by: "pattern"; readonly match: string; readonly stream: ArtifactName; readonly offset: number }
  | { readonly by: "port"; readonly port: number; readonly address: string; readonly pid: number | null }
  | { readonly by: "http"; readonly url: string; readonly status: number; readonly address: string };

export type Refusal =
  /** The command did. */
  | "ended"
  | "timeout"
  | "port_taken"
  /** It listens in a network of its own, where a request of ours would reach somebody else. */
  | "other_network"
  /** Whoever waited. */
  | "given_up";

/** What else there is to say when it did not come true. */
export interface Circumstances {
  /** Who has the port, when that is not this command. */
  readonly holder: Holder | null;
  /** What HTTP answered last. */
  readonly status: number | null;
}

export type Verdict =
  | ({ readonly ready: true } & Sign)
  | ({ readonly ready: false; readonly because: Refusal } & Circumstances);

/** `afterMs`: since the wait began. */
export type Readiness = Verdict & { readonly afterMs: number };

export interface Watch {
  /** Resolves when there is something to say; null when the signal was aborted first. */
  verdict(signal: AbortSignal): Promise<Verdict | null>;
  circumstances(): Promise<Circumstances>;
}
