/** What the schemas of answers are made of. They are for readers outside: no tool imports them, so that starting stays cheap. */
import { z } from "zod";

/** Named as the bridge names its protocol. Fields may be added within a version; a change of meaning is a new one. */
export const contractVersion = "2026-11-01";

/**
 * Every word of a closed vocabulary with what it means: `vocabulary<Outcome>({ exited: "…" })`. The compiler refuses one that is missing
 * and one that is no word of it.
 */
export function vocabulary<Word extends string>(
  meanings: Readonly<Record<Word, string>>,
): z.ZodEnum<{ [Each in Word]: Each }> {
  const words = Object.keys(meanings) as Word[];
  const told = words.flatMap((word) => (meanings[word] === "" ? [] : [`${word}: ${meanings[word]}`]));
  const schema = z.enum(words) as unknown as z.ZodEnum<{ [Each in Word]: Each }>;
  return told.length === 0 ? schema : schema.describe(told.join("; "));
}

export const count = z.int().min(0);
export const bytes = z.int().min(0);
export const milliseconds = z.number().min(0);
export const pid = z.int().min(1);

export const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export const handleId = z.string().min(1).describe("hto-…: a command, psh-…: a process, hso-…: an operation.");

export const alias = z
  .string()
  .regex(/^h\d+$/)
  .describe("Short name of the handle within its session: h7.");

/** What came from a caller or a program and is passed on. */
export const anyObject = z.record(z.string(), z.unknown());
