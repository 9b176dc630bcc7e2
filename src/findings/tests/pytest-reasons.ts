/** The sections in which pytest says why a test failed: they know the test's name, but not its file. */
import { parseLocation } from "./location.ts";
import { Draft } from "./pending.ts";

/** As many as failing tests are held at once. */
const mostSections = 1000;

export class PytestReasons {
  readonly #sections = new Map<string, Draft[]>();
  #count = 0;
  #current: Draft | null = null;
  #indent = 0;
  #captured: "stdout" | "stderr" | null = null;

  push(line: string): void {
    const title = /^_{2,200} .{1,1000} _{2,200}$/.test(line) ? line.replace(/^_+ | _+$/g, "") : null;
    if (title !== null) this.#begin(title);
    else if (this.#current !== null) this.#line(this.#current, line);
  }

  /** Fills in what is known about a test. */
  give(draft: Draft): void {
    const candidates = this.#sections.get(sectionKey(draft.name)) ?? [];
    const own = candidates.find((section) => section.path === draft.path) ?? candidates[0];
    if (own === undefined) return;
    candidates.splice(candidates.indexOf(own), 1);
    const message = own.message.text();
    if (message !== null) draft.message.replace(message);
    for (const stream of ["stdout", "stderr"] as const) draft[stream].add(own[stream].text() ?? "");
    if (own.path !== null) draft.path = own.path;
    draft.line = own.line;
  }

  /** Those that nobody asked for. */
  rest(): readonly Draft[] {
    return [...this.#sections.values()].flat();
  }

  #begin(title: string): void {
    const [, name = title] = /^ERROR (?:at (?:setup|teardown) of|collecting) (.{1,1000})$/.exec(title) ?? [];
    this.#current = new Draft(name, name === title ? "failed" : "errored");
    this.#captured = null;
    if (this.#count++ >= mostSections) return;
    const key = name.replaceAll("::", ".");
    const known = this.#sections.get(key);
    if (known === undefined) this.#sections.set(key, [this.#current]);
    else known.push(this.#current);
  }

  #line(draft: Draft, line: string): void {
    const [, stream] = /^-{2,200} Captured (stdout|stderr|log) \w{1,20} -{2,200}$/.exec(line) ?? [];
    if (stream !== undefined) this.#captured = stream === "stdout" ? "stdout" : "stderr";
    else if (/^-{5,200} .{1,1000} -{5,200}$/.test(line)) this.#current = null;
    else if (this.#captured !== null) draft[this.#captured].addLine(line);
    // The source before it is shorter to look up than to read.
    else if (/^E(?: |$)/.test(line)) this.#reason(draft, line.slice(1));
    else this.#place(draft, line);
  }

  /** Below `E` the text has the indentation of the source; what is indented further stays so. */
  #reason(draft: Draft, text: string): void {
    if (draft.message.isEmpty) this.#indent = text.length - text.trimStart().length;
    draft.message.addLine(text.slice(Math.min(this.#indent, text.length - text.trimStart().length)));
  }

  /** `test_a.py:6: AssertionError`; of several the last is where it was raised, the first is the test. */
  #place(draft: Draft, line: string): void {
    const [, found] = /^([^\s:]{1,1000}:\d{1,9}): /.exec(line) ?? /^([^\s:]{1,1000}:\d{1,9}):\s?$/.exec(line) ?? [];
    if (found === undefined || draft.line !== null) return;
    const place = parseLocation(found);
    if (place === null || place.path.startsWith("/")) return;
    draft.path = place.path;
    draft.line = place.line;
  }
}

/** `tests/a.py::TestK::test_m[x]` → `TestK.test_m[x]`; a file that could not be loaded has its path. */
function sectionKey(id: string): string {
  const at = id.indexOf("::");
  return (at === -1 ? id : id.slice(at + 2)).replaceAll("::", ".");
}
