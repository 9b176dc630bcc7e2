/** JUnit XML as all runners write it, in whatever chunks. Streaming: a report of any size needs a few kilobytes. */
import sax from "sax";
import type { TestSummary } from "../findings.ts";
import { JunitCase } from "./junit-case.ts";
import { type Emit, noTests } from "./parser.ts";

/** Reports are five deep. sax keeps a name per open element. */
const deepest = 200;
const mostAttributes = 200;
/** sax complains of a text over 64 KiB that it cannot hand out in pieces, once per write: a long attribute is no mistake, a megabyte is. */
const mostComplaints = 16;

type Part = "message" | "stdout" | "stderr";

const parts: Readonly<Record<string, Part>> = {
  failure: "message",
  error: "message",
  skipped: "message",
  "system-out": "stdout",
  "system-err": "stderr",
};

export class JunitParser {
  declared: TestSummary | null = null;
  /** `line 12: …` */
  problem: string | null = null;
  /** The root was closed, or the XML is broken: nothing more is wanted. */
  isDone = false;
  readonly #emit: Emit;
  readonly #sax = sax.parser(true);
  readonly #open: string[] = [];
  #attributes = 0;
  #complaints = 0;
  #case: JunitCase | null = null;
  /** The depth of the element whose text goes into `#part`. */
  #partDepth = 0;
  #part: Part | null = null;

  constructor(emit: Emit) {
    this.#emit = emit;
    const parser = this.#sax;
    parser.onerror = (error) => this.#failed(error);
    parser.onopentagstart = () => {
      this.#attributes = 0;
    };
    parser.onattribute = () => {
      this.#complaints = 0;
      if (++this.#attributes > mostAttributes) this.#stop(`more than ${mostAttributes} attributes`);
    };
    parser.onopentag = (tag) => this.#opened(tag.name, tag.attributes);
    parser.onclosetag = () => this.#closed();
    parser.ontext = (text) => this.#text(text);
    parser.oncdata = (text) => this.#text(text);
  }

  push(chunk: string): void {
    if (this.isDone) return;
    try {
      this.#sax.write(chunk);
    } catch (error) {
      // After an error that it has told already, or one of its own (an attribute named `hasOwnProperty`).
      this.#stop(error instanceof Error ? error.message : String(error));
    }
  }

  end(): void {
    if (!this.isDone) this.#stop(this.#open.length > 0 ? "it ends in the middle" : "it is empty");
  }

  #opened(name: string, attributes: Readonly<Record<string, unknown>>): void {
    if (this.isDone) return;
    this.#open.push(name);
    const depth = this.#open.length;
    if (depth > deepest) {
      this.#stop(`elements within more than ${deepest} others`);
      return;
    }
    if (depth === 1) {
      if (!/^(?:testsuites?|testcase)$/.test(name)) {
        this.#stop(`<${name.slice(0, 40)}> is not JUnit XML`);
        return;
      }
    }
    if (name === "testcase") this.#case = new JunitCase(attributes);
    else if (this.#case !== null && this.#part === null && parts[name] !== undefined) {
      this.#part = parts[name];
      this.#partDepth = depth;
      this.#case.begin(name, attributes);
    }
  }

  #closed(): void {
    if (this.isDone) return;
    if (this.#open.length === this.#partDepth) {
      this.#part = null;
      this.#partDepth = 0;
    }
    if (this.#open.pop() === "testcase" && this.#case !== null) {
      this.#emit(this.#case.finish());
      this.#case = null;
    }
    if (this.#open.length > 0) return;
    // Only a whole document can say that there were none.
    this.declared = noTests;
    this.isDone = true;
  }

  #text(text: string): void {
    if (this.#part !== null) this.#case?.text(this.#part, text);
  }

  #failed(error: Error): void {
    if (error.message.startsWith("Max buffer length exceeded") && ++this.#complaints <= mostComplaints)
      this.#sax.resume();
    else this.#stop(error.message);
  }

  #stop(reason: string): void {
    if (!this.isDone) this.problem = `line ${this.#sax.line + 1}: ${reason.split("\n", 1)[0]}`;
    this.isDone = true;
  }
}
