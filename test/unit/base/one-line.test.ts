import { expect, it } from "vitest";
import { isOneLine, oneLine } from "../../../src/base/one-line.ts";

it.each([
  ["plain words", "plain words"],
  ["a\r\nb\u2028c\u0085d", "a b c d"],
  ["\x1b[2Jevil\x9b", "[2Jevil"],
  ["left\u202eright\u200b", "left right"],
  [" padded\n", "padded"],
])("%j is %j within a line", (text, line) => {
  expect(oneLine(text)).toBe(line);
  expect(isOneLine(line)).toBe(true);
  // Asked twice: it has no memory.
  expect([isOneLine(text), isOneLine(text)]).toEqual([text === line, text === line]);
});
