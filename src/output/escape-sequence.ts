/** Where an escape sequence ends, in bytes. The same sequences as `plainText` removes from text. */

/** A longer one (an image, an endless title) loses its introducer and is text from there on. Links to long addresses fit. */
export const longestEscape = 2_048;

export const escapeByte = 0x1b;
const bell = 0x07;
const newline = 0x0a;
const backslash = 0x5c;

/** Strings up to BEL or ESC \: `]` (titles, links), `P`, `X`, `^`, `_`. */
const stringKinds: readonly number[] = [0x5d, 0x50, 0x58, 0x5e, 0x5f];

/**
 * How many bytes from the ESC at `at` on are no text: the sequence, or of one that is broken its introducer. Null when what is there may
 * go on; with `final` nothing does.
 */
export function escapeLength(raw: Uint8Array, at: number, final: boolean): number | null {
  const length = lengthSoFar(raw, at);
  if (length !== null) return length;
  if (raw.length - at >= longestEscape) return introducer;
  if (!final) return null;
  return stringKinds.includes(raw[at + 1] ?? 0) ? introducer : raw.length - at;
}

const introducer = 2;

/** Null when it has no end in what is there. */
function lengthSoFar(raw: Uint8Array, at: number): number | null {
  const kind = raw[at + 1];
  if (kind === undefined) return null;
  if (kind === 0x5b) {
    const end = skip(raw, skip(raw, at + introducer, 0x30, 0x3f), 0x20, 0x2f);
    return closed(raw, at, end, { lowest: 0x40, broken: introducer });
  }
  if (stringKinds.includes(kind)) return stringLength(raw, at);
  const end = skip(raw, at + 1, 0x20, 0x2f);
  return closed(raw, at, end, { lowest: 0x30, broken: end - at });
}

/** With its last byte, when that is one. */
function closed(
  raw: Uint8Array,
  at: number,
  end: number,
  { lowest, broken }: { readonly lowest: number; readonly broken: number },
): number | null {
  const last = raw[end];
  if (last === undefined) return null;
  return last >= lowest && last <= 0x7e && end - at < longestEscape ? end + 1 - at : broken;
}

function stringLength(raw: Uint8Array, at: number): number | null {
  const limit = Math.min(raw.length, at + longestEscape);
  for (let end = at + introducer; end < limit; end++) {
    const byte = raw[end];
    if (byte === bell) return end + 1 - at;
    if (byte === newline) return introducer;
    if (byte !== escapeByte) continue;
    const next = raw[end + 1];
    if (next === undefined) return null;
    return next === backslash ? end + 2 - at : introducer;
  }
  return null;
}

function skip(raw: Uint8Array, from: number, lowest: number, highest: number): number {
  let end = from;
  for (let byte = raw[end]; byte !== undefined && byte >= lowest && byte <= highest; byte = raw[end]) end++;
  return end;
}
