/** The events of `go test -json` (test2json): one JSON object per line, output piece by piece. */
import type { TestSummary } from "../findings.ts";
import { detached } from "./bounded-text.ts";
import { addLogLine, isGoMarker, OutputByTest, resultLine } from "./go-log.ts";
import { type Emit, type LineParser, milliseconds, noTests } from "./parser.ts";
import { Draft } from "./pending.ts";

interface GoEvent {
  readonly Action?: unknown;
  readonly Package?: unknown;
  readonly ImportPath?: unknown;
  readonly Test?: unknown;
  readonly Elapsed?: unknown;
  readonly Output?: unknown;
  readonly FailedBuild?: unknown;
}

export function goJsonParser(emit: Emit): LineParser {
  return new GoJson(emit);
}

/** Whether a line is one of these events, as cheaply as it can be said. */
export function isGoEvent(line: string): boolean {
  return line.startsWith("{") && line.includes('"Action":"');
}

class GoJson implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  readonly #output = new OutputByTest();
  /** Packages in which a test failed: their own failure says nothing more. */
  readonly #failedPackages = new Set<string>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  push(line: string): void {
    if (!isGoEvent(line)) return;
    const event = parseEvent(line);
    if (event === null) return;
    const action = text(event.Action);
    const owner = (text(event.Package) || text(event.ImportPath)).slice(0, longestName);
    const test = text(event.Test).slice(0, longestName);
    const key = test === "" ? owner : `${owner}::${test}`;
    if (action === "output" || action === "build-output") this.#print(key, text(event.Output));
    else if (action === "pass" || action === "fail" || action === "skip") {
      this.declared ??= noTests;
      if (test !== "") this.#ended(key, owner, action, event);
      else this.#packageEnded(owner, action, event);
    }
  }

  end(): void {
    this.#output.clear();
  }

  #print(key: string, output: string): void {
    const line = output.endsWith("\n") ? output.slice(0, -1) : output;
    if (line.startsWith("=== ") || isGoMarker(line) || resultLine(line) !== null) return;
    this.#output.add(key, line);
  }

  #ended(key: string, owner: string, action: "pass" | "fail" | "skip", event: GoEvent): void {
    const status = action === "pass" ? "passed" : action === "fail" ? "failed" : "skipped";
    const draft = Object.assign(new Draft(key, status), { durationMs: elapsed(event) });
    const lines = this.#output.take(key);
    if (status !== "passed") for (const line of lines) addLogLine(draft, line);
    if (status === "failed" && this.#failedPackages.size < mostPackages)
      this.#failedPackages.add(detached(owner, longestName));
    this.#emit(draft.finish());
  }

  #packageEnded(owner: string, action: string, event: GoEvent): void {
    const lines = [...this.#output.take(owner), ...this.#output.take(text(event.FailedBuild))];
    if (action !== "fail" || this.#failedPackages.delete(owner)) return;
    const draft = Object.assign(new Draft(owner, "errored"), { durationMs: elapsed(event) });
    for (const line of lines.filter((found) => !/^(?:ok {2}|FAIL)\t/.test(found))) draft.message.addLine(line);
    if (draft.message.isEmpty) draft.message.addLine("failed outside of a test");
    this.#emit(draft.finish());
  }
}

/** No module has more packages; beyond that a package's failure is told beside those of its tests. */
const mostPackages = 10_000;
/** Packages are remembered by it; an event may be a megabyte. */
const longestName = 2048;

function parseEvent(line: string): GoEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? value : null;
  } catch {
    // A line that another process interrupted: the others are still good.
    return null;
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function elapsed(event: GoEvent): number | null {
  return typeof event.Elapsed === "number" ? milliseconds(String(event.Elapsed), "s") : null;
}
