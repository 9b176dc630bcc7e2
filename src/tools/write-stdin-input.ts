/** The fields of `write_stdin`, and what of them goes together. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { commandSignals } from "../handle/signal-command.ts";
import { largestTerminal } from "../process/terminal-size.ts";
import { sessionField } from "./session-field.ts";

const side = z.int().min(1).max(largestTerminal);

export const writeStdinInput = z.strictObject({
  handle_id: z.string().min(1).describe("Handle id or alias (h7)."),
  text: z.string().optional().describe("As it is: a line needs its newline, and in a terminal \\u0003 is Ctrl-C."),
  base64: z.string().optional().describe("Bytes, instead of text."),
  eof: z.boolean().default(false).describe("End of file, after the text. In a terminal it is Ctrl-D."),
  signal: z
    .enum(commandSignals)
    .optional()
    .describe("To every process of the command; SIGINT, SIGQUIT and SIGTSTP in a terminal to its foreground alone."),
  cols: side.optional().describe("With rows: the new size of the terminal."),
  rows: side.optional().describe("With cols."),
  wait_ms: z
    .int()
    .min(0)
    .default(0)
    .describe("Wait up to this long for a reply: until it printed and went quiet, asks for more, or ended."),
  session_id: sessionField,
});

export type WriteStdinInput = z.output<typeof writeStdinInput>;

/** The bytes to write; null when there are none. Throws `missing_parameter` or `invalid_parameter`. */
export function bytesOf(input: WriteStdinInput): Uint8Array | null {
  const { text, base64, eof, signal, cols, rows } = input;
  if (text !== undefined && base64 !== undefined) {
    throw new LonghandError("invalid_parameter", "text and base64 are both given: leave one out", { param: "base64" });
  }
  if ((cols === undefined) !== (rows === undefined)) {
    throw new LonghandError("missing_parameter", "cols and rows go together: give both", {
      param: cols === undefined ? "cols" : "rows",
    });
  }
  if (text === undefined && base64 === undefined && !eof && signal === undefined && cols === undefined) {
    throw new LonghandError("missing_parameter", "give at least one of text, base64, eof, signal, cols and rows", {
      param: "text",
    });
  }
  if (base64 !== undefined) return decoded(base64);
  return text === undefined ? null : new TextEncoder().encode(text);
}

function decoded(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  // Node skips what is no base64 instead of refusing it.
  const isExact = bytes.toString("base64").replace(/=+$/, "") === base64.replace(/=+$/, "");
  if (isExact) return bytes;
  throw new LonghandError("invalid_parameter", "base64: expected base64 (RFC 4648) without line breaks", {
    param: "base64",
  });
}
