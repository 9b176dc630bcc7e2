/** Commands in terminals for tests: typed to, and heard. */
import type { Child, ChildTerminal, InputPipe } from "../../src/process/child.ts";
import { type CommandInput, createCommand } from "../../src/process/command.ts";
import type { Launcher } from "../../src/process/launcher.ts";
import { eventually } from "./eventually.ts";
import { testMark } from "./launch.ts";

const size = { cols: 100, rows: 30 };
export const inTerminal = (input: CommandInput, terminal = size): CommandInput => ({ ...input, terminal });

export interface Talk {
  readonly child: Child;
  readonly stdin: InputPipe;
  readonly terminal: ChildTerminal;
  /** What it has printed so far. */
  readonly text: () => string;
  readonly type: (text: string) => Promise<boolean>;
}

export async function openTerminal(launcher: Launcher, input: CommandInput): Promise<Talk> {
  let text = "";
  const child = await launcher.launch(createCommand(inTerminal(input)), testMark, {
    kind: "pipes",
    onStdout: (chunk) => {
      text += Buffer.from(chunk).toString("latin1");
    },
    onStderr: null,
  });
  const { stdin, terminal } = child;
  if (stdin === null || terminal === null) throw new Error("no terminal");
  return { child, stdin, terminal, text: () => text, type: (line) => stdin.write(Buffer.from(line)) };
}

export async function shown(talk: Talk, what: string | RegExp): Promise<void> {
  const isThere = (): boolean => (typeof what === "string" ? talk.text().includes(what) : what.test(talk.text()));
  await eventually(isThere, { timeoutMs: 20_000, what: `${what} in ${JSON.stringify(talk.text().slice(-500))}` });
}
