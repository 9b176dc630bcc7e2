/** Params that several methods share. */
import { z } from "zod";

/** Ids of clients are kept in the ledger and shown in lists: a bound keeps both usable. */
export const sessionId: z.ZodString = z.string().min(1).max(200);
export const callId: z.ZodString = z.string().min(1).max(200);
export const claimId: z.ZodString = z.string().min(1).max(200);

/** For a client that is this library's own: what it hands out is the same object as in the process of the runtime. */
export const asRecords: z.ZodDefault<z.ZodBoolean> = z
  .boolean()
  .default(false)
  .describe("Reports and messages as the library's own records, instead of the words of the wire.");
