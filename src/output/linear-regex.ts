/** Regular expressions on bytes of UTF-8, in time that grows with the text and the pattern and with nothing else: RE2's, loaded when first used. */
import { createRequire } from "node:module";
import type { RE2JS } from "re2js";

/** As places in the bytes that were searched. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

export interface LinearRegex {
  /** Steps that it compiled to: what it costs for each character at worst. */
  readonly size: number;
  /** Whether a match begins at `from` or later; what is before is context. By an automaton: fast, unless each character needs a state of its own. */
  has(bytes: Buffer, from: number): boolean;
  /** Where: the first one, and of those the one that a backtracking search would find. */
  find(bytes: Buffer, from: number): Found | null;
}

const unanchored = 0;

/** `^` and `$` match at lines. Throws a `SyntaxError` that says what is wrong, in the engine's words. */
export function linearRegex(source: string): LinearRegex {
  // Most runtimes never wait for a pattern: they need not load a quarter of a megabyte. Not `import`, which would make each check of an input wait.
  const { RE2JS }: typeof import("re2js") =
    // In a bundle there is a `require` with the engine behind it, and perhaps no other place to find it.
    typeof require === "function" ? require("re2js") : createRequire(import.meta.url)("re2js");
  const compiled = compile(source, RE2JS);
  const engine = compiled.re2();
  const match = (bytes: Buffer, from: number, groups: 0 | 1) =>
    engine.matchWithGroup(bytes, from, bytes.length, unanchored, groups) as [boolean, number[] | null];
  return {
    size: compiled.programSize(),
    has: (bytes, from) => match(bytes, from, 0)[0],
    find(bytes, from) {
      const [start, end] = match(bytes, from, 1)[1] ?? [];
      return start === undefined || end === undefined ? null : { start, end };
    },
  };
}

function compile(source: string, { compile: compiled, MULTILINE }: typeof RE2JS): RE2JS {
  try {
    return compiled(source, MULTILINE);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    // It quotes the expression with our flag, which nobody wrote.
    const reason = cause.message.replace("error parsing regexp: ", "").replace(`\`(?m)${source}`, () => `\`${source}`);
    throw new SyntaxError(reason, { cause });
  }
}
