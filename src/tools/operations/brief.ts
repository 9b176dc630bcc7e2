/** The result of a search as a model reads it: the finds as plain lines, and in the headline what is missing among them. */
import { isRecord, type Json, type JsonObject } from "../../base/json.ts";
import type { ResultBrief } from "../../handle/operation.ts";
import { plain } from "../../handle/plain.ts";
import { plainText } from "../../output/text.ts";

/** About 1,500 tokens: paths in deep trees are long, and sixty of them would be a page each. */
const maxChars = 6_000;
/** Directories that are named in the headline; the result has the others. */
const mostNamed = 3;

/** `list`: the field of the result that has the finds. */
export function briefOf(list: "entries" | "matches"): (value: Json) => ResultBrief {
  return (value) => {
    const result = objectOf(value);
    const finds = result[list];
    return {
      facts: [...limitFacts(result), ...errorFacts(result)],
      lines: Array.isArray(finds) ? boundedLines(finds.map(lineOf)) : [],
    };
  };
}

function limitFacts({ limited }: JsonObject): string[] {
  return limited === true ? ["stopped at max_results: there is more"] : [];
}

/** `1 directory could not be read: /root/x (EACCES)` */
function errorFacts({ error_count: count, errors }: JsonObject): string[] {
  if (typeof count !== "number" || count === 0) return [];
  const named = (Array.isArray(errors) ? errors : []).slice(0, mostNamed).map((error) => {
    const { path, errno } = objectOf(error);
    return `${plain(String(path))} (${String(errno)})`;
  });
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  const what = count === 1 ? "1 directory" : `${count} directories`;
  return [`${what} could not be read: ${named.join(", ")}${more}`];
}

/** As `ls -p` shows it: a directory ends in a slash. */
function lineOf(find: Json): string {
  if (typeof find === "string") return shown(find);
  const { path, is_dir: isDirectory } = objectOf(find);
  return shown(isDirectory === true && path !== "/" ? `${String(path)}/` : String(path));
}

/** A name with a line break in it stays one line. */
function shown(path: string): string {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(path) ? plainText(JSON.stringify(path)) : plainText(path);
}

/** At least one. */
function boundedLines(lines: readonly string[]): readonly string[] {
  let chars = 0;
  const end = lines.findIndex((line) => {
    chars += line.length + 1;
    return chars > maxChars;
  });
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

function objectOf(value: Json | undefined): JsonObject {
  return isRecord(value) ? value : {};
}
