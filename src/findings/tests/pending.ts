/** Tests that failed and whose reasons are printed later, after all of them: held back until their section has come. */
import type { TestCase } from "../findings.ts";
import { BoundedText, detached } from "./bounded-text.ts";
import { type Emit, testCase } from "./parser.ts";

/** Whoever has more failures has other worries than the text of the last ones; they are told without one. */
const mostHeld = 1000;
const longestName = 1024;

/** A test that is still being found out about. */
export class Draft {
  readonly name: string;
  status: TestCase["status"];
  durationMs: number | null = null;
  path: string | null = null;
  line: number | null = null;
  readonly message = new BoundedText();
  readonly stdout = new BoundedText();
  readonly stderr = new BoundedText();

  constructor(name: string, status: TestCase["status"]) {
    this.name = detached(name, longestName);
    this.status = status;
  }

  finish(): TestCase {
    return testCase(this.name, this.status, {
      durationMs: this.durationMs,
      message: this.message.text(),
      stdout: this.stdout.text(),
      stderr: this.stderr.text(),
      path: this.path,
      line: this.line,
    });
  }
}

export class Pending {
  readonly #emit: Emit;
  readonly #held = new Map<string, Draft>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get isFull(): boolean {
    return this.#held.size >= mostHeld;
  }

  /** Holds `draft` under `key`; told at once when the key is taken or too many are held. */
  hold(key: string, draft: Draft): void {
    const known = detached(key, longestName);
    if (draft.path !== null) draft.path = detached(draft.path, longestName);
    if (this.isFull || this.#held.has(known)) this.#emit(draft.finish());
    else this.#held.set(known, draft);
  }

  find(key: string): Draft | undefined {
    return this.#held.get(key.slice(0, longestName));
  }

  /** Tells all, in the order in which they came. */
  flush(): void {
    for (const draft of this.#held.values()) this.#emit(draft.finish());
    this.#held.clear();
  }
}
