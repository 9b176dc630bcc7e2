/** Every tool, in the order in which they are listed. */
import { cancelHandle } from "./cancel-handle.ts";
import { drainInbox } from "./drain-inbox.ts";
import { listHandles } from "./list-handles.ts";
import { readCommandOutput } from "./read-command-output.ts";
import { runCommand } from "./run-command.ts";
import type { Tool } from "./tool.ts";
import { waitCommand } from "./wait-command.ts";

export const allTools: readonly Tool[] = [
  runCommand,
  waitCommand,
  readCommandOutput,
  cancelHandle,
  listHandles,
  drainInbox,
];
