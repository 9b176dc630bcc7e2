/** What build tools and bundlers print themselves. */
import { describe, expect, it } from "vitest";
import { diagnose, inShort } from "../../../support/diagnostics.ts";

describe("msbuild", () => {
  it("with and without a place", () => {
    const text = `  Determining projects to restore...
/x/App/X.cs(3,5): error CS0103: The name 'z' does not exist in the current context [/x/App/App.csproj]
X.cs(4,5,4,9): warning CS0168: The variable 'a' is declared but never used [/x/App.csproj::TargetFramework=net9.0]
     1>X.cs(5): error CS1002: ; expected [/x/App.csproj]
/x/App.csproj : error NU1101: Unable to find package Nope.
MSBUILD : error MSB1009: Project file does not exist.
CSC : warning CS8021: No value for RuntimeMetadataVersion found.
Build FAILED.`;
    expect(inShort(text)).toEqual([
      "error /x/App/X.cs:3:5 CS0103 The name 'z' does not exist in the current context",
      "warning X.cs:4:5 CS0168 The variable 'a' is declared but never used",
      "error X.cs:5 CS1002 ; expected",
      "error /x/App.csproj NU1101 Unable to find package Nope.",
      "error MSB1009 Project file does not exist.",
      "warning CS8021 No value for RuntimeMetadataVersion found.",
    ]);
  });
});

describe("make and cmake", () => {
  it("what is wrong with the description, not that a recipe failed", () => {
    const text = `cc -c x.c
Makefile:2: *** missing separator.  Stop.
make: *** No rule to make target 'q.o', needed by 'all'.  Stop.
make[1]: *** [Makefile:7: x.o] Error 1
make: *** Waiting for unfinished jobs....
CMake Error at CMakeLists.txt:3 (find_package):
  By not providing "FindNope.cmake" in CMAKE_MODULE_PATH this project has

CMake Warning (dev) at sub/CMakeLists.txt:4:
  careful
CMake Error: The source directory "/x" does not exist.
`;
    expect(inShort(text, "gcc")).toEqual([
      "error Makefile:2 missing separator.",
      "error No rule to make target 'q.o', needed by 'all'.",
      'error CMakeLists.txt:3 By not providing "FindNope.cmake" in CMAKE_MODULE_PATH this project has',
      "warning sub/CMakeLists.txt:4 careful",
      'error The source directory "/x" does not exist.',
    ]);
    expect(inShort(text)).toEqual(inShort(text, "gcc"));
  });
});

describe("bundlers", () => {
  it("have the place below the message", () => {
    const text = `✘ [ERROR] Could not resolve "./nope"

    src/a.ts:1:14:
      1 │ import x from "./nope"
▲ [WARNING] Duplicate key "a" in object literal [duplicate-object-key]

    src/b.ts:2:3:
✘ [ERROR] No matching entry
[MISSING_EXPORT] "q" is not exported by "src/b.ts".
   ╭─[ src/a.ts:1:10 ]
[plugin vite] started
[builtin:vite-transform] Unexpected token
   ╭─[ src/c.ts:2:19 ]
`;
    expect(inShort(text)).toEqual([
      'error src/a.ts:1:14 Could not resolve "./nope"',
      'warning src/b.ts:2:3 duplicate-object-key Duplicate key "a" in object literal',
      "error No matching entry",
      'error src/a.ts:1:10 MISSING_EXPORT "q" is not exported by "src/b.ts".',
      "error src/c.ts:2:19 builtin:vite-transform Unexpected token",
    ]);
  });
});

it("a position of 0, or of too many digits, is not known", () => {
  expect(diagnose("a.c:0:0: error: x\na.c:99999999999:1: error: y")).toMatchObject([
    { line: null, column: null },
    { line: null, column: 1 },
  ]);
});
