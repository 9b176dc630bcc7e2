/** What the supervisor is asked to run, with every default filled in. */
import type { Json } from "../base/json.ts";
import type { Inspection } from "../findings/findings.ts";
import type { Command } from "../process/command.ts";
import type { OperationFunction, ResultBrief } from "./operation.ts";

export interface CaptureSettings {
  /** One pipe in exact order: everything is `stdout`. */
  readonly merge: boolean;
  /** Bytes of head plus tail kept per stream for inline text. */
  readonly previewBytes: number;
  /** `pipe` counts and caps as it reads. `file` hands the artifact itself to the child: fastest, with a cap by polling. */
  readonly transport: "pipe" | "file";
}

export interface ProgressSettings {
  readonly intervalMs: number;
  /** The interval doubles up to this. */
  readonly maxIntervalMs: number;
  /** Per stream, in bytes. */
  readonly maxInlineBytes: number;
}

/** What every handle has, whatever runs under it. */
interface CommonRequest {
  /** New, from `newId`: whoever starts it may plan paths with it. */
  readonly handleId: string;
  /** Opaque id of the owner: a session. */
  readonly owner: string;
  /** A repeat with the same id joins the first handle. */
  readonly requestId: string;
  readonly callId: string | null;
  readonly label: string | null;
  readonly capture: CaptureSettings;
  /** Null means no limit. Counted from the start. */
  readonly timeoutMs: number | null;
  readonly maxOutputBytes: number;
  readonly progress: ProgressSettings | null;
  /** What to look for in its output when it has ended; null for nothing. */
  readonly inspection: Inspection | null;
}

export interface CommandRequest extends CommonRequest {
  readonly kind: "command";
  readonly command: Command;
  /** What happens to processes that outlive a command which ended by itself. */
  readonly leftovers: "stop" | "keep";
}

export interface OperationRequest extends CommonRequest {
  readonly kind: "operation";
  /** `walk_dir`: what it is, in one word. */
  readonly name: string;
  /** `walk_dir /srv/app`: what it does, for people. */
  readonly descriptor: string;
  readonly run: OperationFunction;
  /** Of what it returned; null when the JSON speaks for itself. */
  readonly brief: ((value: Json) => ResultBrief) | null;
}

export type HandleRequest = CommandRequest | OperationRequest;
