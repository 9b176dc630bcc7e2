/** A row of a list of handles. */
import { z } from "zod";
import type { HandleRecord } from "../../ledger/ledger.ts";
import { handleNames, processNames, startedAt, whatRuns } from "./handle.ts";
import { artifactsState, type EndedStatus, endedStatus } from "./report.ts";
import { timestamp, vocabulary } from "./words.ts";

export const record = z.object({
  ...handleNames,
  session_id: z.string(),
  lifetime: vocabulary<HandleRecord["lifetime"]>({ session: "", detached: "" }),
  status: vocabulary<EndedStatus | "running">({ running: "", ...endedStatus }),
  ...whatRuns,
  pid: processNames.pid,
  started_at: startedAt,
  ended_at: timestamp.nullable(),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  artifacts: artifactsState,
});
