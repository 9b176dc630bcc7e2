/** What could not be read on the way: counted, and the first ones named. Never the end of the search. */
import type { JsonObject } from "../../base/json.ts";

const mostNamed = 20;

export class Unreadable {
  #count = 0;
  readonly #named: JsonObject[] = [];

  get count(): number {
    return this.#count;
  }

  add(path: string, errno: string): void {
    this.#count += 1;
    if (this.#named.length < mostNamed) this.#named.push({ path, errno });
  }

  toWire(): JsonObject {
    return { error_count: this.#count, errors: [...this.#named] };
  }
}
