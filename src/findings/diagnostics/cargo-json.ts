/** The messages of `cargo --message-format=json`. Their rendered text is not looked at: the fields say the same. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { severityOf } from "./place.ts";
import { isRustSummary } from "./rustc.ts";

export const cargoJson: CreateParser = (report) => ({
  line(text) {
    if (!text.startsWith('{"') || !text.includes('"reason":')) return false;
    const entry = parsed(text);
    // Cut or broken: still a line of cargo's, and nobody else's.
    if (entry === null || entry["reason"] === "compiler-message") reportMessage(entry?.["message"], report);
    return true;
  },
});

function reportMessage(value: unknown, report: Report): void {
  if (!isRecord(value)) return;
  const { message, level, code, spans } = value;
  if (typeof message !== "string" || typeof level !== "string" || isRustSummary(message)) return;
  const severity = severityOf(level.replace(/^error: /, ""));
  if (severity === null) return;
  const name = isRecord(code) && typeof code["code"] === "string" ? code["code"] : null;
  const primary = primarySpan(spans);
  report(diagnostic(severity, labelled(message, primary), { place: placeOfSpan(primary), code: name }));
}

type Span = Readonly<Record<string, unknown>>;

function primarySpan(spans: unknown): Span | null {
  if (!Array.isArray(spans)) return null;
  const primary: unknown = spans.find((span) => isRecord(span) && span["is_primary"] === true) ?? spans[0];
  return isRecord(primary) ? primary : null;
}

/** What is wrong at the place itself: "mismatched types" says less than "expected `i32`, found `&str`". */
function labelled(message: string, span: Span | null): string {
  const label = span?.["label"];
  return typeof label !== "string" || label === "" || message.includes(label) ? message : `${message}: ${label}`;
}

function placeOfSpan(primary: Span | null): Place | null {
  if (typeof primary?.["file_name"] !== "string") return null;
  return {
    path: primary["file_name"],
    line: position(primary["line_start"]),
    column: position(primary["column_start"]),
  };
}

function position(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1 ? value : null;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // No JSON is an answer too: a program may print what only begins like it.
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
