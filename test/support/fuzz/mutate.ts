/** What happens to messages on the way: tokens that are lost, doubled and replaced, depth, numbers and keys that mean something, broken bytes. */
import type { Random } from "./random.ts";

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|[{}[\]:,]/g;

const tokens = [
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e999", "-1e999", "1e-400", "9007199254740993", "2147483648"],
  ...[
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ufeff"',
    '"\\n"',
    '"s1"',
    '"lh-1"',
    '"2.0"',
    '"run_command"',
  ],
  ...['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"hasOwnProperty"', '"then"', '"toJSON"'],
  ...["{}", "[]", "[null]", "{", "}", "[", "]", ":", ",", "{}{}", '{"__proto__":{"polluted":1}}', '{"then":1}'],
  '{"constructor":{"prototype":{"polluted":1}}}',
];

const keys = [
  '"__proto__":{"polluted":1},',
  '"constructor":{"prototype":{"polluted":1}},',
  ...[
    '"id":1,',
    '"id":null,',
    '"id":[1],',
    '"method":"tool/call",',
    '"params":{"session_id":"s1"},',
    '"jsonrpc":"1.0",',
  ],
  ...[
    '"session_id":"s1",',
    '"sessionId":"s1",',
    '"tool_call_id":"a",',
    '"callId":"a",',
    '"result":1,',
    '"error":null,',
  ],
  '"toJSON":1,',
];

const bytes = [
  [0x00],
  [0xff],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0x0d],
  [0x0a],
  [0x0d, 0x0a],
  [0x22],
];

type Mutation = (text: string, random: Random) => string;

const mutations: readonly Mutation[] = [
  // A token is replaced, lost, or comes twice.
  (text, random) => atToken(text, random, () => random.pick(tokens)),
  (text, random) => atToken(text, random, () => random.pick(tokens)),
  (text, random) => atToken(text, random, () => ""),
  (text, random) => atToken(text, random, (found) => `${found}${found}`),
  // A key is added, or comes twice with another value.
  (text, random) => atToken(text, random, (found) => (found === "{" ? `{${random.pick(keys)}` : found)),
  (text, random) => text.replace("{", `{${random.pick(keys)}`),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text) => `${text}${text}`,
  (text) => `[${text},${text}]`,
  (text, random) => `${random.pick([" ", "\ufeff", "\t", "\r", "//", "\u00a0"])}${text}`,
  (text, random) => {
    const at = random.below(text.length + 1);
    return `${text.slice(0, at)}${random.pick(["\u0000", "\n", "\r\n", "\u2028", '"', "\\", "\u{1f989}"])}${text.slice(at)}`;
  },
  // Depth, and length beyond the limit of a line.
  (text, random) => atToken(text, random, () => nested(random, random.pick([3, 100, 5_000, 30_000]))),
  (text, random) => atToken(text, random, () => `"${"x".repeat(random.pick([201, 5_000, 80_000]))}"`),
];

/** The big ones are seldom: they cost more than they find. */
const costly = 2;

export function mutated(text: string, random: Random): Buffer {
  let now = text;
  for (let left = random.pick([0, 0, 1, 1, 2, 3]); left > 0; left--) {
    const choices = random.chance(0.02) ? mutations.length : mutations.length - costly;
    now = mutations[random.below(choices)]?.(now, random) ?? now;
  }
  return random.chance(0.05) ? brokenBytes(Buffer.from(now), random) : Buffer.from(now);
}

function atToken(text: string, random: Random, change: (found: string) => string): string {
  const found = [...text.matchAll(token)];
  const one = found[random.below(found.length)];
  if (one === undefined) return text;
  return `${text.slice(0, one.index)}${change(one[0])}${text.slice(one.index + one[0].length)}`;
}

function nested(random: Random, depth: number): string {
  return random.chance(0.5)
    ? "[".repeat(depth) + "]".repeat(depth)
    : `${'{"a":'.repeat(depth / 3)}1${"}".repeat(depth / 3)}`;
}

function brokenBytes(text: Buffer, random: Random): Buffer {
  const at = random.below(text.length + 1);
  const kept = random.chance(0.5) ? at : Math.min(text.length, at + 1);
  return Buffer.concat([text.subarray(0, at), Buffer.from(random.pick(bytes)), text.subarray(kept)]);
}
