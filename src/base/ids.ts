/** Identifiers: a prefix that says what it names, and 128 random bits. Never reused, not guessable. */
import { randomBytes } from "node:crypto";

const prefixes = {
  command: "hto-",
  process: "psh-",
  operation: "hso-",
  audit: "audit_",
  session: "ses_",
  message: "msg_",
  claim: "clm_",
  call: "call_",
  host: "hst_",
} as const;

const commandPrefix = "cmd_";
const resultPrefix = "htr-";

export type IdKind = keyof typeof prefixes;

/** Crockford's base32: no `i`, `l`, `o`, `u`, so an id survives being read aloud. 26 characters hold 130 bits. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

export function newId(kind: IdKind): string {
  return prefixes[kind] + base32(randomBytes(16));
}

/** The id of the command behind a handle, spawned or not: the same random part, so that each name leads to the other. */
export function commandIdOf(handleId: string): string {
  return commandPrefix + handleId.slice(prefixes.command.length);
}

/** The name of a command's test results: the same random part. */
export function resultIdOf(handleId: string): string {
  return resultPrefix + handleId.slice(prefixes.command.length);
}

/** The handle ids that a name may stand for: behind the id of a command is one of two kinds. Any other name stays as it is. */
export function handleIdsOf(name: string): readonly string[] {
  const rest = (prefix: string): string => name.slice(prefix.length);
  if (name.startsWith(commandPrefix))
    return [prefixes.command + rest(commandPrefix), prefixes.process + rest(commandPrefix)];
  return name.startsWith(resultPrefix) ? [prefixes.command + rest(resultPrefix)] : [name];
}

/** A short random tag for a fence around quoted output: 40 bits, new for each text, so no output can guess it. */
export function newTag(): string {
  return base32(randomBytes(5));
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(pending >> bits) & 31];
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(pending << (5 - bits)) & 31] : text;
}
