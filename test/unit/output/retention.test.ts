import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { type SweepOptions, sweepArtifacts } from "../../../src/output/retention.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

const now = 1_700_000_000_000;
const noLimits = { maxAgeMs: 0, maxCount: 0, maxBytes: 0, isLive: () => false, now };

/** Handles that ended 5, 4, 3, ... seconds ago with `bytes` of output each, oldest first. */
async function ended(root: ReturnType<typeof artifactsRoot>, count: number, bytes = 100): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId("command"));
  for (const [index, id] of ids.entries()) {
    const directory = root.directory(id);
    const recorder = recorderIn(directory);
    recorder.write("stdout", Buffer.alloc(bytes));
    await recorder.finish();
    const date = new Date(now - (count - index) * 1_000);
    utimesSync(directory, date, date);
  }
  return ids;
}

const sweep = (root: string, options: Partial<SweepOptions>) => sweepArtifacts({ root, ...noLimits, ...options });

describe("sweepArtifacts", () => {
  it("frees nothing without a limit, and nothing where nothing is", async () => {
    using artifacts = artifactsRoot();
    await ended(artifacts, 3);
    expect(await sweep(artifacts.root, {})).toEqual({ freed: [], bytesFreed: 0 });
    expect(await sweep(join(artifacts.root, "none"), { maxCount: 1 })).toEqual({ freed: [], bytesFreed: 0 });
  });

  it.each([
    ["age", { maxAgeMs: 2_500 }],
    ["count", { maxCount: 2 }],
    ["bytes, each counted once", { maxBytes: 250 }],
  ])("frees the oldest by %s", async (_limit, options) => {
    using artifacts = artifactsRoot();
    const ids = await ended(artifacts, 5);
    expect(await sweep(artifacts.root, options)).toEqual({ freed: ids.slice(0, 3), bytesFreed: 300 });
    expect(readdirSync(artifacts.root).sort()).toEqual(ids.slice(3).sort());
  });

  it("never frees what runs, however old", async () => {
    using artifacts = artifactsRoot();
    const ids = await ended(artifacts, 3);
    const isLive = (id: string) => id === ids[0];
    expect((await sweep(artifacts.root, { maxAgeMs: 1, maxCount: 1, isLive })).freed).toEqual(ids.slice(1));
  });

  it("touches nothing but directories that are named as handles", async () => {
    using artifacts = artifactsRoot();
    const { root } = artifacts;
    const kept = ["notes", "hto-short", `${newId("command")}x`, newId("session"), ".freed-notes"];
    for (const name of kept) mkdirSync(join(root, name));
    const file = newId("command");
    writeFileSync(join(root, file), "a file");
    const link = newId("command");
    symlinkSync(join(root, "notes"), join(root, link));
    expect((await sweep(root, { maxAgeMs: 1, maxCount: 1 })).freed).toEqual([]);
    expect(readdirSync(root).sort()).toEqual([...kept, file, link].sort());
  });

  it("removes links within, not what they point to", async () => {
    using artifacts = artifactsRoot();
    const [id = ""] = await ended(artifacts, 1);
    const victim = join(artifacts.root, "victim");
    mkdirSync(victim);
    writeFileSync(join(victim, "file"), "");
    symlinkSync(victim, join(artifacts.root, id, "link"));
    utimesSync(join(artifacts.root, id), 1, 1);
    expect((await sweep(artifacts.root, { maxAgeMs: 1 })).freed).toEqual([id]);
    expect(existsSync(join(victim, "file"))).toBe(true);
  });

  it("finishes what a killed sweep had begun", async () => {
    using artifacts = artifactsRoot();
    mkdirSync(join(artifacts.root, `.freed-${newId("command")}`, "deep"), { recursive: true });
    await sweep(artifacts.root, {});
    expect(readdirSync(artifacts.root)).toEqual([]);
  });

  it("frees each handle once when several sweep at the same time", async () => {
    using artifacts = artifactsRoot();
    const ids = await ended(artifacts, 40);
    const sweeps = await Promise.all([1, 2, 3].map(() => sweep(artifacts.root, { maxCount: 10 })));
    expect(sweeps.flatMap(({ freed }) => freed).sort()).toEqual(ids.slice(0, 30).sort());
    expect(sweeps.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0)).toBe(3_000);
    expect(readdirSync(artifacts.root).sort()).toEqual(ids.slice(30).sort());
  });
});
