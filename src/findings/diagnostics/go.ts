/** The go command and vet: `./x.go:3:5: msg` below a `# package` line, and `go: …` for what concerns no file. */
import { type CreateParser, diagnostic, type Report } from "./parser.ts";
import { placeOf, severityOf } from "./place.ts";

/** With the column, always: `x.go:3: msg` is how a running program's log looks. */
const placed = /^(?:vet: )?((?:[A-Za-z]:(?=[/\\]))?[^:]+\.go):(\d+):(\d+): (.+)$/;
const own = /^go: (.+)$/;
/** What else the go command says is progress, or was said by another program that calls itself `go`. */
const complaint =
  /\b(?:cannot|could not|not found|no such|no required|no Go files|errors?|unknown|missing|malformed|invalid|inconsistent|requires|updates to|failed|unrecognized|ambiguous|disabled|does not|outside)\b/;
const packageLine = /^# [\w./@-]+(?: \[[\w./@-]+\])?$/;

export const go: CreateParser = (report) => ({
  line: (text) => ofFile(text, report) || ofCommand(text, report) || packageLine.test(text),
});

function ofFile(text: string, report: Report): boolean {
  const match = text.includes(".go:") ? placed.exec(text) : null;
  const place = match === null ? null : placeOf(match[1] ?? "", match[2], match[3]);
  if (match === null || place === null) return false;
  const message = match[4] ?? "";
  // cgo hands on what gcc says about the C in the file.
  const word = /^(error|warning|note): /.exec(message);
  const severity = severityOf(word?.[1] ?? "error") ?? "error";
  report(diagnostic(severity, message.slice(word?.[0].length ?? 0), { place }));
  return true;
}

function ofCommand(text: string, report: Report): boolean {
  const said = own.exec(text)?.[1];
  if (said === undefined) return false;
  if (said.startsWith("warning: ")) report(diagnostic("warning", said.slice("warning: ".length)));
  else if (complaint.test(said)) report(diagnostic("error", said));
  return true;
}
