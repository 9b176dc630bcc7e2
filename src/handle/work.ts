/** What runs under a handle, a command or an operation: the few things in which they differ for the one who supervises. */
import type { Clock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { HostTicket, Ledger } from "../ledger/ledger.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Child } from "../process/child.ts";
import type { Launcher } from "../process/launcher.ts";
import type { Mark } from "../process/mark.ts";
import type { Ladder } from "../process/tree.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Ladders } from "./ladders.ts";
import type { OpenedCapture } from "./open-capture.ts";
import type { Report } from "./report.ts";

export interface WorkOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly launcher: Launcher;
  readonly sandbox: Sandbox;
  readonly ladders: Ladders;
  /** Nobody carries the mark any more: it may be used again. */
  readonly releaseMark: (mark: Mark) => void;
}

/** Ready to run, and not running. */
export interface Work {
  /** What the ledger has to know before the start, so that another host can end and report it. */
  readonly spec: JsonObject;
  /** Rejects when it cannot be started: then nothing runs. */
  start(opened: OpenedCapture): Promise<Running>;
  /** It never ran, and never will. */
  drop(): void;
}

export interface Running {
  readonly recorder: Recorder;
  /** Null for an operation. */
  readonly child: Child | null;
  /** How far an operation is; null when it has not said so. */
  readonly progress: JsonObject | null;
  /** The stop ladder. A second call joins the first; a shorter deadline of the second is honoured. */
  stop(ladder: Ladder): Promise<unknown>;
  /** From its start to its end: gives back what it held, and resolves with its report. Never rejects. */
  seeThrough(): Promise<Report>;
}
