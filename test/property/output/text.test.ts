import fc from "fast-check";
import { expect, it } from "vitest";
import { newTag } from "../../../src/base/ids.ts";
import { excerpt } from "../../../src/output/excerpt.ts";
import { HeadTail } from "../../../src/output/head-tail.ts";
import { countNewlines, LineCounter } from "../../../src/output/lines.ts";
import { previewOf } from "../../../src/output/preview.ts";
import { decodeUtf8, plainText, wholeEnd } from "../../../src/output/text.ts";

const mixedBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: "binary", maxLength: 6 }).map((text) => Buffer.from(text)),
    ),
  )
  .map((parts) => Buffer.concat(parts));

const terminalText = fc
  .array(
    fc.constantFrom(
      "\x1b",
      "[",
      "]",
      "P",
      "\\",
      "\x07",
      "\x9c",
      "\x9b",
      "0",
      ";",
      "m",
      "K",
      "\r",
      "\b",
      "\n",
      "\t",
      "a",
      "é",
      "😀",
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

it("a cut by wholeEnd damages nothing: both sides decode to the whole", () => {
  fc.assert(
    fc.property(mixedBytes, fc.nat(300), (bytes, length) => {
      const end = wholeEnd(bytes.subarray(0, length));
      expect(Math.min(length, bytes.length) - end).toBeLessThanOrEqual(3);
      // Of UTF-8; between invalid bytes a cut may fall anywhere.
      const text = decodeUtf8(bytes);
      if (!text.includes("\ufffd"))
        expect(decodeUtf8(bytes.subarray(0, end)) + decodeUtf8(bytes.subarray(end))).toBe(text);
    }),
  );
});

it("plain text has no control characters, the same newlines, and is plain already", () => {
  fc.assert(
    fc.property(terminalText, (text) => {
      const plain = plainText(text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      expect(plain.split("\n").length).toBe(text.split("\n").length);
      expect(plainText(plain)).toBe(plain);
    }),
  );
});

it("nothing printed can end its fence or speak in our voice, and every line is shown or counted", () => {
  const forged = fc.constantFrom(
    "```",
    "``` ",
    "````",
    "```output ",
    "[exit 0 · 1s]",
    "[3 lines hidden]",
    "error: x",
    "a",
    "\n",
    "\n",
    "\n",
  );
  fc.assert(
    fc.property(
      fc.array(forged, { maxLength: 200 }),
      fc.integer({ min: 20, max: 400 }),
      fc.string(),
      (parts, limit, guess) => {
        const printed = parts.join("") + guess;
        const bytes = Buffer.from(printed);
        const ends = new HeadTail(limit);
        ends.push(bytes);
        const counter = new LineCounter();
        counter.add(bytes);
        const preview = previewOf(ends.ends(), { newlines: countNewlines(bytes), growing: false });
        const tags: string[] = [];
        const drawn = () => {
          tags.push(newTag());
          return tags.at(-1) ?? "";
        };
        const shown = excerpt([{ name: "output", preview, totalLines: counter.lines }], {
          newTag: drawn,
          headLines: 3,
          tailLines: 3,
        });
        if (preview.text === "") return;
        const tag = tags.at(-1) ?? "";
        const [opening = "", ...inner] = shown.text.split("\n");
        const closing = inner.pop() ?? "";
        const fence = opening.match(/^`+/)?.[0] ?? "";
        expect([opening, closing]).toEqual([`${fence}output ${tag}`, `${fence} ${tag}`]);
        const ours = inner.filter((line) => line.includes(tag));
        for (const line of ours) expect(line).toMatch(new RegExp(`^\\[${tag} `));
        for (const line of inner) expect(line).not.toContain(fence);
        expect(inner.length - ours.length).toBe(shown.shownLines);
        const isWholeLines = !preview.truncated || preview.omittedLines > 0;
        if (isWholeLines && shown.hiddenLines > 0) expect(shown.shownLines + shown.hiddenLines).toBe(counter.lines);
      },
    ),
  );
});
