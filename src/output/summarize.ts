/** The final facts about output that nobody counted while it was printed: captured by file, or left by a host that died. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { type ArtifactName, artifactFiles } from "./artifacts.ts";
import { layOutCombined } from "./layout.ts";
import { LineCounter } from "./lines.ts";
import { openSource } from "./source.ts";
import type { OutputSummary, StreamSummary } from "./summary.ts";

/** What is read back for counting and hashing: a tenth of a second's work. A report must not wait for a hundred gigabytes. */
export const summaryLimitBytes = 2 ** 26;
/** Small pages: large ones pile up as garbage faster than it is collected. */
const pageBytes = 2 ** 17;

interface Facts {
  readonly bytes: number;
  readonly lines: number;
  readonly hash: string | null;
}

/**
 * Lays out `combined`, then reads everything back. Above 64 MiB there is no hash (`too_large`) and `lines` counts the first
 * 64 MiB of each stream: at least that many. Two streams without a common order have no hash either (`unordered`), and no
 * combined path. Never throws: what cannot be read is `writeError`, because nobody else will find it.
 */
export async function summarizeArtifacts(
  directory: string,
  { merged }: { readonly merged: boolean },
): Promise<OutputSummary> {
  const combinedPath = await layOutCombined(directory);
  const failures: unknown[] = [];
  const facts = (name: ArtifactName) =>
    readBack(directory, name).catch((error: unknown) => {
      if (name !== "combined") failures.push(error);
      return null;
    });
  const nothing: Facts = { bytes: 0, lines: 0, hash: null };
  const stdout = (await facts("stdout")) ?? nothing;
  const stderr = merged ? nothing : ((await facts("stderr")) ?? nothing);
  const single = stderr.bytes === 0 ? stdout : stdout.bytes === 0 ? stderr : null;
  const combined = single ?? (await facts("combined"));
  const path = (name: ArtifactName) => join(directory, artifactFiles[name]);
  const hash = failures.length > 0 ? null : (combined?.hash ?? null);
  return {
    stdout: summary(stdout, path("stdout")),
    stderr: summary(stderr, merged ? null : path("stderr")),
    combined: summary(combined ?? sum(stdout, stderr), combinedPath),
    sha256: hash === null ? null : `sha256:${hash}`,
    hashOmitted: hash === null ? whyNoHash(failures, combined) : null,
    droppedBytes: 0,
    writeError: failures.length === 0 ? null : asWriteError(failures[0]),
  };
}

async function readBack(directory: string, name: ArtifactName): Promise<Facts> {
  await using source = await openSource(directory, name);
  const counter = new LineCounter();
  const hash = source.size > summaryLimitBytes ? null : createHash("sha256");
  const end = Math.min(source.size, summaryLimitBytes);
  for (let offset = 0; offset < end; ) {
    const page = await source.read(offset, Math.min(pageBytes, end - offset));
    if (page.length === 0) break;
    counter.add(page);
    hash?.update(page);
    offset += page.length;
  }
  return { bytes: source.size, lines: counter.lines, hash: hash?.digest("hex") ?? null };
}

function sum(a: Facts, b: Facts): Facts {
  return { bytes: a.bytes + b.bytes, lines: a.lines + b.lines, hash: null };
}

function summary({ bytes, lines }: Facts, path: string | null): StreamSummary {
  return { bytes, lines, path };
}

function whyNoHash(failures: readonly unknown[], combined: Facts | null): string {
  if (failures.length > 0) return "write_failed";
  return combined === null ? "unordered" : "too_large";
}

function asWriteError(error: unknown): { errno: string; message: string } {
  return { errno: errnoOf(error) ?? "UNKNOWN", message: error instanceof Error ? error.message : String(error) };
}
