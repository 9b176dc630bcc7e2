/** Bytes as text for people and models. Never used on artifacts: those are what was printed, byte for byte. */

/** A code point has at most three bytes after its first. */
const longestTail = 3;

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Length of the longest start of `bytes` that does not end within a code point. Bytes that are no UTF-8 are not held back. */
export function wholeEnd(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= Math.min(longestTail, end); back++) {
    const byte = bytes[end - back];
    if (isContinuation(byte)) continue;
    return sequenceLength(byte ?? 0) > back ? end - back : end;
  }
  return end;
}

/** How many bytes at the start of `bytes` are the rest of a code point that began before. */
export function wholeStart(bytes: Uint8Array): number {
  let start = 0;
  while (start < longestTail && isContinuation(bytes[start])) start++;
  return start;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}

/** UTF-8 as text. An invalid byte becomes U+FFFD and the rest goes on; a byte order mark stays, it was printed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

// One pattern each for what a terminal acts on and does not show. Their bodies exclude ESC and newline, so a match never
// runs past the next sequence or line: the time is linear, and stripping never changes how many lines there are.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
const controlStrings = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above. A sequence that the end of the text cuts off goes too.
const controlSequences = /(?:\x1b\[|\x9b)[0-?]*[ -/]*(?:[@-~]|$)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const escapes = /\x1b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above. Tab and newline stay.
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Text without what only a terminal understands: colours, cursor moves, titles, links (their text stays), other controls but
 * tab and newline. A line that was redrawn by `\r` or `\b` shows its last state only: a progress bar is one line, not
 * hundreds. (Who prints lines that end in a bare `\r` finds them in the artifact.) A title that is never terminated loses its
 * introducer, not the text behind it. The number of newlines stays the same.
 */
export function plainText(text: string): string {
  const stripped = text.replace(controlStrings, "").replace(controlSequences, "").replace(escapes, "");
  return settle(stripped).replace(controls, "");
}

function settle(text: string): string {
  if (!text.includes("\r") && !text.includes("\b")) return text;
  return text.split("\n").map(settleLine).join("\n");
}

function settleLine(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  const last = line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
  if (!last.includes("\b")) return last;
  const kept: string[] = [];
  for (const char of last) {
    if (char === "\b") kept.pop();
    else kept.push(char);
  }
  return kept.join("");
}
