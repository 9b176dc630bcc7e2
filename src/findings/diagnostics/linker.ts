/** The linker: `undefined reference to`, `cannot find -lfoo`, `multiple definition of`, and what lld says. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { placeOf } from "./place.ts";

const prefix = /^(?:[^\s:]*[/-])?ld(?:\.\w{1,10})?(?:\.exe)?: /;
const complaint =
  /^(?:undefined reference to |undefined symbol: |multiple definition of |duplicate symbol|cannot (?:find|open) |symbol\(s\) not found)/;
/** `x.c:(.text+0x9): …`, `x.c:3: …`: an object or a source. */
const origin = /^([^:()]+):(?:\(\.[^()]*\)|(\d+)): ?/;

export const linker: CreateParser = (report) => ({
  line(text) {
    if (!text.includes(": ")) return false;
    const name = prefix.exec(text)?.[0] ?? "";
    const rest = text.slice(name.length);
    if (name !== "" && worded(rest, report)) return true;
    const { place, message } = locate(rest);
    // Without the linker's name in front, only its best known sentences, behind the name of an object.
    if (!complaint.test(message) || (name === "" && place === null)) return false;
    report(diagnostic("error", message, { place }));
    return true;
  },
});

function worded(text: string, report: Report): boolean {
  const match = /^(error|warning): (.+)$/.exec(text);
  if (match !== null) report(diagnostic(match[1] === "warning" ? "warning" : "error", match[2] ?? ""));
  return match !== null;
}

/** `a.o: b.c:(.text+0x9): msg`: the innermost place counts. */
function locate(text: string): { place: Place | null; message: string } {
  let rest = text;
  let place: Place | null = null;
  for (let depth = 0; depth < 3 && !complaint.test(rest); depth++) {
    const match = origin.exec(rest);
    const object = match === null ? /^([^:()]+\.(?:o|a|so|lo)(?:\([^()]*\))?): /.exec(rest) : null;
    const found = match ?? object;
    if (found === null) break;
    if (match !== null) place = placeOf(match[1] ?? "", match[2]);
    rest = rest.slice(found[0].length);
  }
  return { place, message: rest };
}
