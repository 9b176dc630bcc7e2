/** The seam through which every command passes before its spawn. Confinement is not built yet, and the report says so. */
import type { Command } from "../process/command.ts";

/** What really holds for a command, never what was wished for. */
export interface SandboxState {
  readonly kind: "none";
  readonly enforced: boolean;
}

export interface Sandbox {
  readonly state: SandboxState;
  /** The same command, wrapped so that it runs confined. */
  confine(command: Command): Command;
}

export const noSandbox: Sandbox = {
  state: { kind: "none", enforced: false },
  confine: (command) => command,
};
