/** Params that several methods share. */
import { z } from "zod";

/** Ids of clients are kept in the ledger and shown in lists: a bound keeps both usable. */
export const sessionId: z.ZodString = z.string().min(1).max(200);
export const callId: z.ZodString = z.string().min(1).max(200);
export const claimId: z.ZodString = z.string().min(1).max(200);
