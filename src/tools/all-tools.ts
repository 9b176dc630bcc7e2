/** Every tool, in the order in which they are listed. */
import { cancelHandle } from "./cancel-handle.ts";
import { cancelInFlightToolCall } from "./cancel-in-flight-tool-call.ts";
import { drainInbox } from "./drain-inbox.ts";
import { inspectTestResults } from "./inspect-test-results.ts";
import { listHandles } from "./list-handles.ts";
import { glob } from "./operations/glob.ts";
import { walkDir } from "./operations/walk-dir.ts";
import { readCommandOutput } from "./read-command-output.ts";
import { runBuildCommand } from "./run-build-command.ts";
import { runCommand } from "./run-command.ts";
import { runTest } from "./run-test.ts";
import type { Tool } from "./tool.ts";
import { waitCommand } from "./wait-command.ts";
import { waitCommandOutput } from "./wait-command-output.ts";
import { writeStdin } from "./write-stdin.ts";

export const allTools: readonly Tool[] = [
  runCommand,
  runTest,
  runBuildCommand,
  inspectTestResults,
  waitCommand,
  waitCommandOutput,
  readCommandOutput,
  writeStdin,
  cancelHandle,
  listHandles,
  walkDir,
  glob,
  drainInbox,
  cancelInFlightToolCall,
];
