/** What compilers print, as they print it. */
import { describe, expect, it } from "vitest";
import { inShort } from "../../../support/diagnostics.ts";

const rustText = `   Compiling demo v0.1.0 (/x/demo)
error[E0308]: mismatched types
 --> src/lib.rs:2:21
  |
2 | pub fn f() -> i32 { "x" }
  |               ---   ^^^ expected \`i32\`, found \`&str\`

warning: function \`unused\` is never used
 --> src/lib.rs:1:4
  |
1 | fn unused() {}
  |    ^^^^^^
  = note: \`#[warn(dead_code)]\` (part of \`#[warn(unused)]\`) on by default

For more information about this error, try \`rustc --explain E0308\`.
warning: \`demo\` (lib) generated 1 warning
error: could not compile \`demo\` (lib) due to 1 previous error; 1 warning emitted`;

describe("rustc and cargo", () => {
  const message = (level: string, text: string, more: object = {}) =>
    JSON.stringify({
      reason: "compiler-message",
      message: { rendered: "x", level, message: text, spans: [], ...more },
    });
  const span = (file_name: string, line_start: number, column_start: number, is_primary: boolean) => ({
    file_name,
    line_start,
    column_start,
    is_primary,
  });

  it("text, without what only counts or repeats", () => {
    const expected = [
      "error src/lib.rs:2:21 E0308 mismatched types",
      "warning src/lib.rs:1:4 function `unused` is never used",
    ];
    expect(inShort(rustText, "cargo")).toEqual(expected);
    expect(inShort(rustText)).toEqual(expected);
  });

  it("JSON: the primary span, whatever the order; the rendered text is not read", () => {
    const spans = [span("src/other.rs", 1, 1, false), span("src/lib.rs", 2, 21, true)];
    const lines = [
      message("error", "mismatched types", { spans, code: { code: "E0308", explanation: "long" } }),
      message("warning", "unused", { spans, code: null }),
      message("failure-note", "For more information about this error, try `rustc --explain E0308`."),
      message("warning", "1 warning emitted"),
      message("error", "aborting due to 2 previous errors; 1 warning emitted"),
      '{"reason":"compiler-artifact","fresh":true}',
      '{"reason":"compiler-message","message":{"level":"error","message":"cut o',
    ].join("\n");
    for (const format of ["cargo", "auto"] as const) {
      expect(inShort(lines, format)).toEqual([
        "error src/lib.rs:2:21 E0308 mismatched types",
        "warning src/lib.rs:2:21 unused",
      ]);
    }
  });

  it("JSON of another shape is nothing", () => {
    const odd = [null, 1, [], { level: 1 }, { level: "error" }, { level: "error", message: "m", spans: 3 }];
    const lines = odd.map((value) => JSON.stringify({ reason: "compiler-message", message: value })).join("\n");
    expect(inShort(lines, "cargo")).toEqual(["error m"]);
  });

  it("JSON: the label of the primary span, unless the message says it already", () => {
    const at = (label: string | null) => ({ spans: [{ ...span("src/lib.rs", 2, 21, true), label }] });
    const lines = [
      message("error", "mismatched types", at("expected `i32`, found `&str`")),
      message("error", "unused x", at("unused x")),
      message("error", "no label", at(null)),
    ].join("\n");
    expect(inShort(lines, "cargo")).toEqual([
      "error src/lib.rs:2:21 mismatched types: expected `i32`, found `&str`",
      "error src/lib.rs:2:21 unused x",
      "error src/lib.rs:2:21 no label",
    ]);
  });

  it("errors of cargo itself have no place; a warning without one is left out", () => {
    expect(inShort("warning: something else\n\nerror: could not find `Cargo.toml` in `/x`\n", "cargo")).toEqual([
      "error could not find `Cargo.toml` in `/x`",
    ]);
    expect(inShort("error: could not compile `demo` (lib)\n\nCaused by:\n  signal: 9", "cargo")).toHaveLength(1);
  });
});

describe("tsc", () => {
  it("plain and pretty", () => {
    const text = `a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
  Types of property 'x' are incompatible.
app/(shop)/page.tsx(3,5): error TS2353: Object literal may only specify known properties.
a.ts:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.

1 const x: number = "a";
        ~
error TS5058: The specified path does not exist: '/x/nothere.json'.
Found 2 errors in the same file, starting at: a.ts:1
`;
    const expected = [
      "error a.ts:1:7 TS2322 Type 'string' is not assignable to type 'number'.",
      "error app/(shop)/page.tsx:3:5 TS2353 Object literal may only specify known properties.",
      "error a.ts:1:7 TS2322 Type 'string' is not assignable to type 'number'.",
      "error TS5058 The specified path does not exist: '/x/nothere.json'.",
    ];
    expect(inShort(text, "tsc")).toEqual(expected);
    expect(inShort(text)).toEqual(expected);
  });
});

describe("gcc, clang and the linker", () => {
  it("with the chain of includes, notes, and codes", () => {
    const text = `In file included from /usr/include/stdio.h:33,
                 from x.c:2:
/usr/include/stddef.h:214:23: error: storage class specified for parameter ‘size_t’
  214 | typedef __SIZE_TYPE__ size_t;
      |                       ^~~~~~
src/x.c: In function ‘main’:
src/x.c:4:5: warning: unused variable ‘u’ [-Wunused-variable]
src/x.c:4:9: note: declared here
my/x.c:1:10: fatal error: nope.h: No such file or directory
cc1: fatal error: nothere.c: No such file or directory
compilation terminated.
3 warnings and 1 error generated.
`;
    const expected = [
      "error /usr/include/stddef.h:214:23 storage class specified for parameter ‘size_t’",
      "warning src/x.c:4:5 -Wunused-variable unused variable ‘u’",
      "note src/x.c:4:9 declared here",
      "error my/x.c:1:10 nope.h: No such file or directory",
      "error nothere.c: No such file or directory",
    ];
    expect(inShort(text, "gcc")).toEqual(expected);
    expect(inShort(text)).toEqual(expected);
  });

  it("of the linker the reason, not the consequence", () => {
    const text = `/usr/bin/ld: /tmp/cctMo7Nq.o: in function \`main':
/tmp/g/y.c:2: undefined reference to \`bar'
y.c:(.text+0x9): undefined reference to \`baz'
/usr/bin/ld: cannot find -lnope: No such file or directory
/usr/bin/ld: b.o:(.bss+0x0): multiple definition of \`x'; a.o:(.bss+0x0): first defined here
ld.lld: error: undefined symbol: foo
collect2: error: ld returned 1 exit status
clang: error: linker command failed with exit code 1 (use -v to see invocation)
`;
    expect(inShort(text, "gcc")).toEqual([
      "error /tmp/g/y.c:2 undefined reference to `bar'",
      "error y.c undefined reference to `baz'",
      "error cannot find -lnope: No such file or directory",
      "error b.o multiple definition of `x'; a.o:(.bss+0x0): first defined here",
      "error undefined symbol: foo",
    ]);
    expect(inShort(text)).toEqual(inShort(text, "gcc"));
  });

  it("others in the same form: javac, mypy, swiftc, a Windows path", () => {
    const text = `j/Y.java:1: error: incompatible types: String cannot be converted to int
j/Y.java:2: warning: [deprecation] stop() in Thread has been deprecated
a.py:3: error: Incompatible return value type  [return-value]
/x/y.swift:3:5: error: cannot find 'z' in scope
C:\\src\\a.c:3:5: error: boom
1 error
1 warning`;
    expect(inShort(text)).toEqual([
      "error j/Y.java:1 incompatible types: String cannot be converted to int",
      "warning j/Y.java:2 deprecation stop() in Thread has been deprecated",
      "error a.py:3 return-value Incompatible return value type",
      "error /x/y.swift:3:5 cannot find 'z' in scope",
      "error C:\\src\\a.c:3:5 boom",
    ]);
  });
});

describe("go", () => {
  it("with packages, vet and the command itself", () => {
    const text = `# example.com/x [example.com/x.test]
./x.go:3:5: undefined: y
./x.go:4:2: cannot use 1 as string value in return statement
	have (number)
vet: ./z.go:5:6: missing return
go: downloading example.com/dep v1.0.0
go: cannot find main module, but found .git/config in /x
go: all is well
main.go:12: listening on :8080
`;
    const expected = [
      "error ./x.go:3:5 undefined: y",
      "error ./x.go:4:2 cannot use 1 as string value in return statement",
      "error ./z.go:5:6 missing return",
      "error cannot find main module, but found .git/config in /x",
    ];
    expect(inShort(text, "go")).toEqual(expected);
    expect(inShort(text)).toEqual(expected);
  });
});

describe("python", () => {
  it("a traceback is one error, at its last frame", () => {
    const text = `Traceback (most recent call last):
  File "/x/setup.py", line 3, in <module>
    f()
  File "/x/tb.py", line 2, in f
    raise KeyError("x")
KeyError: 'x'
done`;
    expect(inShort(text)).toEqual(["error /x/tb.py:2 KeyError KeyError: 'x'"]);
  });

  it("an error of syntax needs no traceback, a warning has its file", () => {
    const text = `*** Error compiling './bad.py'...
  File "./bad.py", line 1
    def f(:
          ^
SyntaxError: invalid syntax

w.py:1: SyntaxWarning: invalid escape sequence '\\d'`;
    expect(inShort(text)).toEqual([
      "error ./bad.py:1 SyntaxError SyntaxError: invalid syntax",
      "warning w.py:1 SyntaxWarning invalid escape sequence '\\d'",
    ]);
  });

  it("frames that lead to nothing are nothing", () => {
    expect(inShort('  File "a.py", line 3, in f\n    f()\nall good\nKeyError')).toEqual([]);
  });
});

describe("the JVM", () => {
  it("maven says it twice, and its own conclusion adds nothing", () => {
    const text = `[INFO] Compiling 1 source file
[ERROR] COMPILATION ERROR :
[ERROR] /x/Y.java:[3,5] cannot find symbol
  symbol:   class Foo
[WARNING] /x/Z.java:[7,1] unchecked call
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.1:compile (default-compile) on project x: Compilation failure
[ERROR] /x/Y.java:[3,5] cannot find symbol
[ERROR] Failed to execute goal on project x: Could not resolve dependencies`;
    expect(inShort(text)).toEqual([
      "error /x/Y.java:3:5 cannot find symbol",
      "warning /x/Z.java:7:1 unchecked call",
      "error /x/Y.java:3:5 cannot find symbol",
      "error Failed to execute goal on project x: Could not resolve dependencies",
    ]);
  });

  it("kotlin, new and old", () => {
    expect(inShort("e: file:///x/Y.kt:3:5 Unresolved reference: z\nw: /x/Y.kt: (4, 1): unused")).toEqual([
      "error /x/Y.kt:3:5 Unresolved reference: z",
      "warning /x/Y.kt:4:1 unused",
    ]);
  });
});

describe("paths with spaces", () => {
  it.each([
    ["my dir/my file.c:3:5: error: expected ';'", "error my dir/my file.c:3:5 expected ';'"],
    ["we ird(1).ts(3,5): error TS2322: no", "error we ird(1).ts:3:5 TS2322 no"],
    ["we ird (1).ts:3:5 - error TS2322: no", "error we ird (1).ts:3:5 TS2322 no"],
    ["error[E0308]: no\n --> my dir/lib.rs:2:21", "error my dir/lib.rs:2:21 E0308 no"],
    ["My App/X.cs(3,5): error CS0103: no [/x/My App/x.csproj]", "error My App/X.cs:3:5 CS0103 no"],
  ])("belong to the place: %s", (text, expected) => expect(inShort(text)).toEqual([expected]));

  it.each([
    "Error in my file.c:3:5: error: x",
    "at my file.c:3:5: error: x",
    "my dir/my file.c:3: error: x",
    "12 Jan 2026 10:00:00 server.c:3:5: error: x",
    "see 'my file.c:3:5: error: x",
    "done,  took my file.c:3:5: error: x",
  ])("are not made of a sentence: %s", (text) => expect(inShort(text, "gcc")).toEqual([]));
});
