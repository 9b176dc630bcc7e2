/** What to run: an immutable value, checked before anything is started. */

export type Stdin =
  /** /dev/null, the default: nothing can block on it. */
  | { readonly kind: "none" }
  /** These bytes and then end of file. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A pipe that stays open until `end()`. */
  | { readonly kind: "open" };

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Absolute, existing, canonical. */
  readonly cwd: string;
  /** The whole environment of the child, but for the mark, which the launcher adds. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Stdin;
  /** One line for people: shell-quoted argv, or the shell text as given. */
  readonly display: string;
}
