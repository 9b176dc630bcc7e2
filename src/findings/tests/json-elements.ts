/** Finds the elements of one array in a JSON document without reading the document into memory. */

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const colon = 0x3a;
const comma = 0x2c;
const newline = 0x0a;
const longestKey = 64;

export interface ElementHandlers {
  /** One element, as text; null when it is over the limit. `line`: where it begins, from 1. */
  onElement(text: string | null, line: number): void;
  /** A member of the root that is neither object nor array: `"numPassedTests": 3`. */
  onScalar(key: string, value: string): void;
}

/** Looks at structure alone (strings, brackets, commas): what is between is checked by whoever parses the elements. */
export class JsonElements {
  readonly #array: string;
  readonly #maxBytes: number;
  readonly #handlers: ElementHandlers;
  #depth = 0;
  #line = 1;
  #inString = false;
  #escaped = false;
  /** Of the root, and what stands behind its colon. */
  #key = "";
  #text = "";
  #isValue = false;
  #inArray = false;
  #element: Buffer[] | null = null;
  /** Where the element, or its rest, begins in this chunk. */
  #from = 0;
  #elementBytes = 0;
  #elementLine = 1;

  constructor(array: string, maxBytes: number, handlers: ElementHandlers) {
    this.#array = array;
    this.#maxBytes = maxBytes;
    this.#handlers = handlers;
  }

  get line(): number {
    return this.#line;
  }

  /** The root was closed; what follows is not looked at. */
  isDone = false;

  push(chunk: Buffer): void {
    this.#from = 0;
    for (let at = 0; at < chunk.length && !this.isDone; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === newline) this.#line++;
      if (this.#inString) this.#stringByte(byte);
      else if (byte > comma) this.#bracket(byte, chunk, at);
      else this.#between(byte);
    }
    if (this.#element !== null) this.#keep(chunk.subarray(this.#from));
  }

  /** Or anything else of which the root's members are made: colons, numbers, words. */
  #bracket(byte: number, chunk: Buffer, at: number): void {
    if (byte === openBrace || byte === openBracket) {
      if (this.#opened()) this.#from = at;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (this.#element !== null && this.#depth === 3) this.#tell(chunk.subarray(this.#from, at + 1));
      this.#closed();
    } else this.#between(byte);
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
    if (this.#depth === 1 && this.#inString && this.#text.length < longestKey) this.#text += String.fromCharCode(byte);
  }

  /** Whether an element begins here. */
  #opened(): boolean {
    this.#depth++;
    if (this.#depth === 2) this.#inArray = this.#isValue && this.#key === this.#array;
    if (this.#depth !== 3 || !this.#inArray) return false;
    this.#element = [];
    this.#elementBytes = 0;
    this.#elementLine = this.#line;
    return true;
  }

  #closed(): void {
    this.#depth--;
    if (this.#depth === 1) this.#inArray = false;
    if (this.#depth > 0) return;
    this.#member();
    this.isDone = true;
  }

  #between(byte: number): void {
    if (byte === quote) this.#inString = true;
    if (this.#depth !== 1 || byte === quote) return;
    if (byte === colon && !this.#isValue) {
      this.#key = this.#text;
      this.#text = "";
      this.#isValue = true;
    } else if (byte === comma) this.#member();
    else if (byte > 0x20 && this.#text.length < longestKey) this.#text += String.fromCharCode(byte);
  }

  #member(): void {
    if (this.#isValue && this.#text !== "") this.#handlers.onScalar(this.#key, this.#text);
    this.#isValue = false;
    this.#text = "";
  }

  #keep(bytes: Buffer): void {
    this.#elementBytes += bytes.length;
    if (this.#elementBytes <= this.#maxBytes) this.#element?.push(Buffer.from(bytes));
    else if (this.#element !== null) this.#element.length = 0;
  }

  #tell(end: Buffer): void {
    this.#keep(end);
    const isWhole = this.#elementBytes <= this.#maxBytes;
    this.#handlers.onElement(isWhole ? Buffer.concat(this.#element ?? []).toString() : null, this.#elementLine);
    this.#element = null;
  }
}
