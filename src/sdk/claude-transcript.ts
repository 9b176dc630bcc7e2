/** What Claude Code has of a mail in the file of its conversation, which it writes a moment late. */
import { createReadStream } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** It writes ten times a second; a busy machine is slower. A conversation that is not kept has no file at all. */
const patienceMs = 1_000;
const everyMs = 50;

export async function waitUntilKept(mark: string, path: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await stands(mark, path)) && performance.now() < deadline) await delay(everyMs);
}

/** In pieces: a conversation may be larger than a string. The mark is ASCII. */
export async function stands(mark: string, path: string): Promise<boolean> {
  try {
    let before = "";
    for await (const piece of createReadStream(path, "latin1")) {
      const text = before + String(piece);
      if (text.includes(mark)) return true;
      before = text.slice(-mark.length);
    }
  } catch {
    // Not there, or not for us to read.
  }
  return false;
}
