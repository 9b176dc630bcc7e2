/** `tests.jsonl`: every test of a run, one JSON object per line, beside the output of the command. */
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import type { Collector } from "./collector.ts";

export const testsFile = "tests.jsonl";

/** Written in pieces of this many characters. What a small run has waits in memory until its format is known. */
const pieceChars = 2 ** 16;

/** Ten times what was ever seen. Names of suites are repeated for each test: a disk could be filled by a few megabytes of output. */
const mostChars = 2 ** 30;

/** The file of one candidate: under its own name until it is chosen. Never throws; `problem` says what went wrong. */
export class CaseFile {
  problem: string | null = null;
  readonly #directory: string;
  readonly #path: string;
  readonly #collector: Collector;
  #file: FileHandle | null = null;
  #chars = 0;

  constructor(directory: string, name: string, collector: Collector) {
    this.#directory = directory;
    this.#path = join(directory, `tests.${name}.jsonl`);
    this.#collector = collector;
  }

  /** Writes what has gathered, if it is worth it. */
  async drain(atLeast = pieceChars): Promise<void> {
    if (this.#collector.waiting < atLeast) return;
    const text = this.#collector.takeLines();
    this.#chars += text.length;
    if (this.#collector.hasLost || this.#chars > mostChars) this.problem ??= `${testsFile} would be too large`;
    if (this.problem !== null) return;
    await this.#attempt(async () => {
      this.#file ??= await createFile(this.#path);
      await this.#file.writeFile(text);
    });
  }

  /** It becomes `tests.jsonl`; one of an earlier reading is replaced, never written through. */
  async publish(): Promise<void> {
    await this.drain(0);
    await this.#close();
    if (this.problem === null) await this.#attempt(() => rename(this.#path, join(this.#directory, testsFile)));
    if (this.problem !== null) await this.discard();
  }

  async discard(): Promise<void> {
    const wasMade = this.#file !== null || this.problem !== null;
    await this.#close();
    this.#collector.takeLines();
    // What cannot be removed is freed with its directory.
    if (wasMade) await rm(this.#path, { force: true }).catch(() => {});
  }

  async #close(): Promise<void> {
    const file = this.#file;
    if (file !== null) await this.#attempt(() => file.close());
    this.#file = null;
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.problem ??= `cannot write ${testsFile}: ${errnoOf(error) ?? String(error)}`;
    }
  }
}

/** As artifacts are made: 0600, never through a link that somebody planted. One that a dead host left behind goes first. */
async function createFile(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await rm(path, { force: true });
  return await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}
