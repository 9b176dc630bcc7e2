import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../src/output/output-pattern.ts";

function find(source: string, text: string, { regex = true, from = 0, final = true } = {}): string | null {
  const bytes = Buffer.from(text);
  const found = compilePattern(source, { regex }).find(bytes, from, final);
  return found === null ? null : `${found.start}:${bytes.subarray(found.start, found.end)}`;
}

describe("a regular expression", () => {
  it("finds the first match, in bytes", () => {
    expect(find("\\d+", "日本 42 7")).toBe("7:42");
    expect(find("(?i)READY|go", "é: ready")).toBe("4:ready");
    expect(find("\\pL+", "1é2")).toBe("1:é");
  });

  it("has ^ and $ at lines, and $ at the end only when it is one", () => {
    expect(find("^b$", "a\nb\nc")).toBe("2:b");
    expect(find("^b$", "a\nb")).toBe("2:b");
    for (const source of ["^b$", "b$", "\\bb\\b", "b\\z", "b\\B", "(?:x|b$)"]) {
      expect(find(source, "a\nb", { final: false }), source).toBeNull();
    }
    expect(find("^b$", "a\nb\n", { final: false })).toBe("2:b");
    expect(find("b\\b", "a\nb ", { final: false })).toBe("2:b");
  });

  it("may match up to the end of what grows where it needs no end", () => {
    for (const source of ["b", "b.*", "\\bb", "^b", "b\\w*", "b$|b", "b|b$"]) {
      expect(find(source, "a\nb", { final: false }), source).toBe("2:b");
    }
    expect(find("b (?:$|c)", "b c", { final: false })).toBe("0:b c");
    expect(find("\\Qb$", "b$", { final: false })).toBe("0:b$");
  });

  it("takes what is before its start as context", () => {
    expect(find("^b", "ab", { from: 1 })).toBeNull();
    expect(find("\\bb", "ab", { from: 1 })).toBeNull();
    expect(find("\\bb", "éb", { from: 2 })).toBe("2:b");
    expect(find("^b", "a\nb", { from: 2 })).toBe("2:b");
    expect(find("\\Ab", "b b", { from: 1 })).toBeNull();
  });

  it("means the end of a line by \\r\\n", () => {
    expect(find("a\\r\\nb", "a\nb")).toBe("0:a\nb");
    expect(find("a\r\nb", "a\nb")).toBe("0:a\nb");
    expect(find("a\\r?\\nb", "a\nb")).toBe("0:a\nb");
    expect(find("a[\\r\\n]b", "a\rb")).toBe("0:a\rb");
    expect(find("a\\\\r\\nb", "a\\r\nb")).toBe("0:a\\r\nb");
  });

  it.each([
    ["(?=a)", "lookaround"],
    ["(?<!a)b", "lookaround"],
    ["(a)\\1", "backreferences"],
    ["a++", "possessive"],
    ["a[", "missing closing ]"],
    ["(a", "missing closing ): `(a`"],
    ["*a", "missing argument"],
  ])("%s is refused with the reason", (source, reason) => {
    expect(() => find(source, "")).toThrow(
      expect.objectContaining({
        kind: "invalid_parameter",
        param: "pattern",
        message: expect.stringContaining(reason),
      }),
    );
  });

  it.each(["a{1000}", "(?:a{30}){30}", "(x{40}){12}y{40}", "a".repeat(600), "a|".repeat(600)])(
    "%s is refused: it would take too long",
    (source) => {
      expect(() => find(source, "")).toThrow(expect.objectContaining({ kind: "invalid_parameter", param: "pattern" }));
    },
  );

  it("is refused before it is compiled when that alone would take too long", () => {
    const compileFor = (source: string) => {
      const startedAt = performance.now();
      expect(() => find(source, "")).toThrow(expect.objectContaining({ kind: "invalid_parameter" }));
      return performance.now() - startedAt;
    };
    // A second, where this was measured.
    expect(compileFor("x{1000}".repeat(140))).toBeLessThan(100);
  });

  it("names the field it came from", () => {
    const compile = () => compilePattern("(", { regex: true, param: "ready.pattern" });
    expect(compile).toThrow(expect.objectContaining({ param: "ready.pattern" }));
  });
});

describe("a literal", () => {
  it("is what it is", () => {
    expect(find("a.*", "aa a.*", { regex: false })).toBe("3:a.*");
    expect(find("日", "é日", { regex: false })).toBe("2:日");
    expect(find("a", "aa", { regex: false, from: 1 })).toBe("1:a");
    expect(find("ready", "read", { regex: false, final: false })).toBeNull();
  });

  it("is searched as a person sees it: without its colours, with the ends of lines", () => {
    expect(find("\x1b[32mok\x1b[0m\r\n", "ok\n", { regex: false })).toBe("0:ok\n");
    expect(() => find("\x1b[0m", "", { regex: false })).toThrow(expect.objectContaining({ param: "pattern" }));
    expect(() => find("", "", { regex: false })).toThrow(expect.objectContaining({ param: "pattern" }));
    expect(() => find("x".repeat(5_000), "", { regex: false })).toThrow(expect.objectContaining({ param: "pattern" }));
  });
});
