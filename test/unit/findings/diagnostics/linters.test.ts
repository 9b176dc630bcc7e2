/** Linters, and the sweep over everything that looks like a place with a message: what it takes, and what it must leave alone. */
import { describe, expect, it } from "vitest";
import { inShort } from "../../../support/diagnostics.ts";

describe("eslint", () => {
  it("stylish", () => {
    const text = `
/x/my project/a.js
  3:5   error    'y' is not defined                no-undef
  7:10  warning  Unexpected any. Specify a type    @typescript-eslint/no-explicit-any
  9:1   error    Parsing error: Unexpected token

src/b.js
  1:1  error  'z' is assigned  a value  no-unused-vars

✖ 4 problems (3 errors, 1 warning)
`;
    const expected = [
      "error /x/my project/a.js:3:5 no-undef 'y' is not defined",
      "warning /x/my project/a.js:7:10 @typescript-eslint/no-explicit-any Unexpected any. Specify a type",
      "error /x/my project/a.js:9:1 Parsing error: Unexpected token",
      "error src/b.js:1:1 no-unused-vars 'z' is assigned  a value",
    ];
    expect(inShort(text, "eslint")).toEqual(expected);
    expect(inShort(text)).toEqual(expected);
  });

  it("unix and compact", () => {
    const text = `/x/a.js:3:5: 'y' is not defined. [Error/no-undef]
/x/a.js: line 3, col 5, Warning - 'y' is not defined. (no-undef)`;
    expect(inShort(text)).toEqual([
      "error /x/a.js:3:5 no-undef 'y' is not defined.",
      "warning /x/a.js:3:5 no-undef 'y' is not defined.",
    ]);
  });

  it("a problem without a file above it is none", () => {
    expect(inShort("Results:\n  3:5  error  not a file  x\n\n  12:30  warning  late")).toEqual([]);
  });
});

describe("the sweep", () => {
  it("takes a place with a message", () => {
    const text = `src/x.ts:3:5: error: boom
src/x.ts:3:5: Warning: careful
src/x.ts:3:5: [error] missing document start [document-start]
src/x.ts:3:5: E501 line too long (90 > 79 characters)
src/x.ts:3:5: F401: unused import
src/x.ts:3:5: something is wrong
Dockerfile:3:1: warning: pin versions
file:///x/y.zig:3:5: error: expected type`;
    expect(inShort(text)).toEqual([
      "error src/x.ts:3:5 boom",
      "warning src/x.ts:3:5 careful",
      "error src/x.ts:3:5 document-start missing document start",
      "error src/x.ts:3:5 E501 line too long (90 > 79 characters)",
      "error src/x.ts:3:5 F401 unused import",
      "error src/x.ts:3:5 something is wrong",
      "warning Dockerfile:3:1 pin versions",
      "error /x/y.zig:3:5 expected type",
    ]);
  });

  it.each([
    "http://localhost:80:1: error: refused",
    "https://example.com/a.js:3:5: error: x",
    "12:30:45: error: late",
    "2024-01-01T12:30:45: error: late",
    "2024-01-01 12:30:45: error: late",
    "[12:30:45] src/x.ts: compiled",
    "127.0.0.1:80:1: error: refused",
    "example.com:443:1: error: refused",
    "localhost:80:1: error: refused",
    "::1:80:1: error: x",
    "    at Object.<anonymous> (/x/y.test.js:3:5)",
    "    at /x/y.test.js:3:5",
    "/x/y.test.js:3:5",
    " ❯ src/x.test.ts:3:5",
    "    x_test.go:12: it works",
    "    x_test.go:12:3: it works",
    "thread 'main' panicked at src/main.rs:3:5:",
    "goroutine 1 [running]:",
    "\t/x/main.go:12 +0x1d",
    "src/x.ts:3:5:const a = 1",
    "src/x.ts:3:5:  const a = 1",
    "src/x.ts:3: const a = 1",
    "app.js:12: listening",
    "ok   src/x.ts:3:5: passes",
    "(src/x.ts:3:5: in brackets)",
    "a sentence about src/x.ts:3:5: which goes on",
    "image alpine:3.19:1: pulled",
    "foo:1:2: bar",
    "10:20:30: done",
    "0 errors, 0 warnings",
    "Error: expected by the test",
    '{"reason": "none of cargo\'s"}',
    "go: finished",
    "> Task :compileJava FAILED",
  ])("leaves alone: %s", (line) => {
    expect(inShort(line)).toEqual([]);
  });
});
