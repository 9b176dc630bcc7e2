/** Durations and sizes as people write them: `90s`, `1h30m`, `10MB`. */

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; a bare number is milliseconds. NaN when it is not a duration. */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed));
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return Number.NaN;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return Math.round(
    parts.reduce((sum, [, value, unit]) => sum + Number(value) * (milliseconds[unit ?? ""] ?? Number.NaN), 0),
  );
}

const bytes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1_000,
  kb: 1_000,
  kib: 1_024,
  m: 1_000_000,
  mb: 1_000_000,
  mib: 1_048_576,
  g: 1_000_000_000,
  gb: 1_000_000_000,
  gib: 1_073_741_824,
};

/** Bytes; `KB` is 1,000 and `KiB` is 1,024. NaN when it is not a size. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim().toLowerCase());
  return Math.round(Number(match?.[1]) * (bytes[match?.[2] ?? "?"] ?? Number.NaN));
}
