import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { shellJoin, shellQuote } from "../../../src/process/shell-quote.ts";

/** Any text that an argument can hold: no NUL, and well-formed, as what is not arrives as U+FFFD. */
const word = fc
  .oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."'\"\\ $`!*?[]{}~#&|;<>()\n\r\t=-^%a") }))
  .map((text) => text.replaceAll("\0", "").toWellFormed());

it("a real shell reads back the very words that were quoted", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 200 }), (words) => {
      const printed = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${shellJoin(words)}`]);
      expect(printed.toString().split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

it("what stays bare has nothing in it that a shell could read otherwise", () => {
  fc.assert(
    fc.property(word, (text) => {
      const quoted = shellQuote(text);
      if (quoted === text) expect(text).toMatch(/^[\w\-./:@%+,]+$/);
      else expect(quoted).toMatch(/^'.*'$/s);
    }),
  );
});
