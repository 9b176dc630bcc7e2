/** The parts of Go's test log that its text and its events share. */
import type { TestCase } from "../findings.ts";
import { BoundedText, detached } from "./bounded-text.ts";
import { milliseconds } from "./parser.ts";
import type { Draft } from "./pending.ts";

const statuses: Readonly<Record<string, TestCase["status"]>> = { PASS: "passed", FAIL: "failed", SKIP: "skipped" };

/** `    --- FAIL: TestFoo/bar (0.01s)`; null when it is none. */
export function resultLine(
  line: string,
): { name: string; status: TestCase["status"]; durationMs: number | null } | null {
  const [, word = "", name, seconds] = /^ *--- (PASS|FAIL|SKIP): (\S+) \(([\d.]{1,12})s\)$/.exec(line) ?? [];
  const status = statuses[word];
  return status === undefined || name === undefined ? null : { name, status, durationMs: milliseconds(seconds, "s") };
}

/** Lines of the runner that are no part of any reason. */
export function isGoMarker(line: string): boolean {
  return /^(?:PASS|FAIL|exit status \d{1,3}|coverage: .*)$/.test(line);
}

/** `    a_test.go:12: why` and what is indented below it is the message; the rest was printed by the test. */
export function addLogLine(draft: Draft, line: string): void {
  const [, path, number] = /^\s{0,40}(\S{1,1000}\.go):(\d{1,9}): /.exec(line) ?? [];
  if (path !== undefined) {
    draft.path ??= path;
    draft.line ??= Number(number);
  }
  const isMessage = path !== undefined || line.startsWith("panic: ");
  if (isMessage || (!draft.message.isEmpty && /^\s|^goroutine |^$/.test(line))) draft.message.addLine(dedent(line));
  else draft.stdout.addLine(line);
}

/** What tests that have not ended have printed. Bounded: of too many at once only some are kept. */
export class OutputByTest {
  readonly #texts = new Map<string, BoundedText>();

  add(key: string, line: string): void {
    let text = this.#texts.get(key);
    if (text === undefined) {
      if (this.#texts.size >= mostOpen) return;
      text = new BoundedText();
      this.#texts.set(detached(key, longestKey), text);
    }
    text.addLine(line);
  }

  /** The lines of one, which are forgotten then. */
  take(key: string): readonly string[] {
    const lines = this.#texts.get(key)?.text()?.split("\n") ?? [];
    this.#texts.delete(key);
    return lines;
  }

  takeAll(): readonly string[] {
    const lines: string[] = [];
    // Not all texts at once: a thousand of them can have millions of lines.
    for (const key of this.#texts.keys()) if (lines.length < mostLines) lines.push(...this.take(key));
    this.#texts.clear();
    return lines.slice(0, mostLines);
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** Go runs as many tests at once as there are processors; paused ones have printed little. */
const mostOpen = 1000;
const longestKey = 1024;
/** More is no reason that anybody reads. */
const mostLines = 1000;

/** Logs are indented by four; a message's own indentation below that stays. */
function dedent(line: string): string {
  return line.replace(/^ {4}/, "");
}
