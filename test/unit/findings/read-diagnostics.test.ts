import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import { readDiagnostics } from "../../../src/findings/read-diagnostics.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "longhand-diagnostics-"));
});
afterAll(() => rmSync(root, { recursive: true }));

let files = 0;
function file(text: string): string {
  const path = join(root, `${files++}.txt`);
  writeFileSync(path, text);
  return path;
}

const auto = { kind: "build", format: "auto" } as const;
const counts = (more: object = {}) => ({ error: 0, warning: 0, note: 0, help: 0, ...more });

describe("readDiagnostics", () => {
  it("reads both streams, each for itself, and lists once what both say", async () => {
    const stdout = file("\u001b[31msrc/a.ts\u001b[0m(3,5): error TS2322: no\nsrc/b.c:1:2: warning: w\n");
    const stderr = file("src/a.ts(3,5): error TS2322: no\nsrc/b.c:9:9: error: last, without a newline");
    expect(await readDiagnostics({ inspection: auto, stdout, stderr })).toEqual({
      kind: "build",
      counts: counts({ error: 2, warning: 1 }),
      complete: true,
      diagnostics: [
        { severity: "error", message: "no", path: "src/a.ts", line: 3, column: 5, code: "TS2322" },
        { severity: "error", message: "last, without a newline", path: "src/b.c", line: 9, column: 9, code: null },
        { severity: "warning", message: "w", path: "src/b.c", line: 1, column: 2, code: null },
      ],
    });
  });

  it("does not carry what one stream began into the other", async () => {
    const stdout = file("src/a.js\n");
    const stderr = file("  3:5  error  'y' is not defined  no-undef\n");
    expect((await readDiagnostics({ inspection: auto, stdout, stderr })).counts).toEqual(counts());
  });

  it("reads only what the format has", async () => {
    const stdout = file("x.ts(3,5): error TS1: no\nerror: of cargo\n");
    const found = await readDiagnostics({ inspection: { kind: "build", format: "cargo" }, stdout, stderr: null });
    expect(found.diagnostics.map(({ message }) => message)).toEqual(["of cargo"]);
  });

  it("finds the error behind a very long line, and a message of cargo's that is longer than other lines may be", async () => {
    const rendered = "r".repeat(200_000);
    const message = { rendered, level: "error", message: "long", spans: [] };
    const stdout = file(
      `${"x".repeat(3_000_000)}\n${JSON.stringify({ reason: "compiler-message", message })}\na.c:1:1: error: e`,
    );
    const found = await readDiagnostics({ inspection: auto, stdout, stderr: null });
    expect(found.diagnostics.map(({ message: text }) => text)).toEqual(["long", "e"]);
  });

  it("is complete without any stream, and incomplete when one cannot be read", async () => {
    expect(await readDiagnostics({ inspection: auto, stdout: null, stderr: null })).toMatchObject({ complete: true });
    const stderr = file("a.c:1:1: error: e\n");
    for (const stdout of [join(root, "nothing"), root]) {
      expect(await readDiagnostics({ inspection: auto, stdout, stderr })).toMatchObject({
        complete: false,
        counts: counts({ error: 1 }),
      });
    }
  });

  it("gives up at the deadline, with what was found by then", async () => {
    const clock = fakeClock();
    // Each look at the clock takes a second: the deadline falls into the file.
    const monotonic = (): number => {
      clock.advance(1_000);
      return clock.monotonic();
    };
    const slow: Clock = { ...clock, monotonic };
    const stdout = file("a.c:1:1: error: first\n".padEnd(2 ** 20, "nothing here\n"));
    const found = await readDiagnostics({ inspection: auto, stdout, stderr: null, clock: slow, deadlineMs: 5_000 });
    expect(found).toMatchObject({ complete: false, counts: counts({ error: 1 }) });
  });

  it("lets others have their turn meanwhile", async () => {
    const stdout = file("src/a.ts(3,5): error TS2322: no\n".repeat(30_000));
    let turns = 0;
    let reading = true;
    const tick = (): void => {
      turns++;
      if (reading) setImmediate(tick);
    };
    tick();
    await readDiagnostics({ inspection: auto, stdout, stderr: null });
    reading = false;
    expect(turns).toBeGreaterThan(10);
  });
});
