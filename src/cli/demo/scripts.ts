/** What the scripted model says and does. */
import type { Turn } from "./agent-loop.ts";

export const buildAndGrep: readonly Turn[] = [
  {
    say: "I start the build. It takes a while, and I will not wait for it.",
    call: { tool: "run_command", input: { command: "./build.sh", background_after_ms: 0, label: "build" } },
  },
  {
    say: "Meanwhile: is anything unfinished?",
    call: { tool: "run_command", input: { command: "grep -rn TODO src" } },
  },
  { say: "Nothing more to do until the build is through. I am idle, and something will wake me.", idle: true },
];

export const heldPipe: readonly Turn[] = [
  {
    say: "The build is done. Now a command whose grandchild keeps the pipe open; many runners would wait 30 s here.",
    call: { tool: "run_command", input: { command: "sleep 30 & echo hi" } },
  },
];

export const startRunaway: readonly Turn[] = [
  {
    say: "And one that ignores SIGTERM, spreads over sessions of its own, and never stops forking.",
    call: { tool: "run_command", input: { command: "./runaway.sh", background_after_ms: 1_000, label: "runaway" } },
  },
];

export const cancelRunaway = (handle: string): readonly Turn[] => [
  {
    say: "Enough.",
    call: { tool: "cancel_handle", input: { handle_id: handle, reason: "out of hand" } },
  },
];

export const ownCommand = (words: readonly string[]): readonly Turn[] => [
  {
    say: "I start it in the background.",
    call: { tool: "run_command", input: { argv: [...words], background_after_ms: 0 } },
  },
];
