/** Flags of `longhand run` that contradict each other, told before anything is started. */
import { LonghandError } from "../base/errors.ts";
import type { RunFlags } from "./run-flags.ts";

const isGiven = {
  "--test": ({ test }) => test === true,
  "--build": ({ build }) => build === true,
  "--shell": ({ shell }) => shell !== undefined,
  "--ready": ({ ready }) => ready !== undefined,
  "--pty": ({ pty }) => pty === true,
  "--json": ({ json }) => json === true,
  "--leftovers keep": ({ leftovers }) => leftovers === "keep",
} satisfies Readonly<Record<string, (flags: RunFlags) => boolean>>;

type Flag = keyof typeof isGiven;

const conflicts: readonly (readonly [Flag, Flag])[] = [
  ["--test", "--build"],
  ["--test", "--shell"],
  ["--build", "--shell"],
  // Of servers; what ends by itself is ready when it has ended.
  ["--ready", "--test"],
  ["--ready", "--build"],
  ["--pty", "--test"],
  ["--pty", "--build"],
  // Somebody sits at a terminal.
  ["--pty", "--json"],
  // Whoever is kept keeps a terminal that ends with us.
  ["--pty", "--leftovers keep"],
];

/** Throws `invalid_parameter`. */
export function refuseConflicts(flags: RunFlags, words: readonly string[]): void {
  const conflict = conflicts.find((pair) => pair.every((flag) => isGiven[flag](flags)));
  if (conflict !== undefined) throw refusal(`${conflict[0]} does not go with ${conflict[1]}`);
  if (flags.filter === undefined) return;
  if (flags.test !== true) throw refusal("--filter is for --test");
  if (words.length > 0) throw refusal("--filter is for detected tests: put it among the words");
}

function refusal(message: string): LonghandError {
  return new LonghandError("invalid_parameter", message);
}
