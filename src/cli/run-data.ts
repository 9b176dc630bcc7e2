/** What the command line reads of an answer. The whole of it is the contract; these are the fields that decide what it says. */
import type { JsonObject } from "../base/json.ts";

export interface RunData {
  readonly outcome: string;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly ended_by: { readonly cause: string; readonly by: string; readonly reason: string | null };
  readonly duration_ms: number;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  readonly stdout_byte_count: number;
  readonly stderr_byte_count: number;
  readonly output_incomplete: boolean;
  readonly write_error: { readonly errno: string } | null;
  readonly process_cleanup: CleanupData;
  /** Of `--test`, when there were any. */
  readonly summary?: { readonly passed: number; readonly failed: number; readonly skipped: number };
  /** Of `--test`. */
  readonly result_handle?: string;
  /** Of `--test`: false when not all was read. */
  readonly results_complete?: boolean;
  /** Of `--test`: what could not be understood. */
  readonly results_problem?: string | null;
  /** Of `--build`. */
  readonly diagnostics_complete?: boolean;
  /** Of `--build`. */
  readonly diagnostic_counts?: { readonly error: number; readonly warning: number };
}

export interface CleanupData {
  readonly processes: readonly {
    readonly pid: number;
    readonly command_name: string;
    readonly signals: readonly string[];
  }[];
  readonly found_count: number;
  readonly stopped_count: number;
  readonly survivors: readonly { readonly pid: number; readonly command_name: string; readonly reason: string }[];
  readonly complete: boolean;
}

export function runData(data: JsonObject): RunData {
  return data as unknown as RunData;
}
