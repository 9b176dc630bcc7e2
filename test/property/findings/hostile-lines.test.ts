/** Every parser takes time linear in the line: a quadratic expression would need minutes for these lines, not the test's seconds. */
import { describe, expect, it } from "vitest";
import { parserOf } from "../../../src/findings/diagnostics/formats.ts";

const length = 2 ** 16;
const heads = [
  "",
  "  ",
  "error: ",
  "warning: ",
  "error[E0308]: ",
  "[ERROR] ",
  "/x/a.c:3:5: error: ",
  "a.cs(1,2): error CS01: ",
  "go: ",
  "x.c:",
  "/usr/bin/ld: ",
  "make: *** [",
  "CMake Error at ",
  '  File "',
  "e: ",
  "In file included from ",
  "error: could not compile `",
  "✘ [ERROR] ",
  "src/x.ts:3:5: ",
];
const atoms = [
  " ",
  "\t",
  "(",
  "(1",
  "1",
  ":1",
  ":",
  "/",
  "-",
  ".",
  "[",
  "]",
  " [",
  "`",
  "a.c:",
  "a.go:1",
  "a.py:",
  "proj::",
  "ld: ",
  "x.ts(1,",
  "--> a:1",
  ": line 1, col ",
  "error: ",
  "a:1:1: ",
  "cc-",
];

describe("hostile lines", () => {
  it.each(heads)("that begin with %j", (head) => {
    for (const atom of atoms) {
      for (const tail of ["", "x", "]"]) {
        const parser = parserOf("auto", () => undefined);
        const line = head + atom.repeat(length / atom.length) + tail;
        // Twice: the first may open something that the second is read in.
        parser.line(line);
        parser.line(line);
        parser.end?.();
      }
    }
    expect.assertions(0);
  });
});
