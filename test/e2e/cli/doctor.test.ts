/** `longhand doctor` finds out by doing, and says where every setting comes from. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { scratch } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const names = [
  "node",
  "platform",
  "proc",
  "shell",
  "pipes",
  "marks",
  "cookie",
  "trees",
  "descriptors",
  "sandbox",
  "pty",
  "state_directory",
  "runtime_directory",
  "database",
];

describe("longhand doctor", () => {
  it("has every answer and every setting, as JSON", async () => {
    using longhand = cli({ LONGHAND_STOP_GRACE: "3s" });
    const { code, stdout, stderr } = await longhand.run(["doctor", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { ok, checks, settings } = JSON.parse(stdout.toString());
    expect(ok).toBe(true);
    expect(Object.keys(checks)).toEqual(names);
    expect(checks).toMatchObject({
      pipes: { status: "ok" },
      trees: { status: "ok", facts: { survivors: 0 } },
      sandbox: { status: "absent", summary: expect.stringMatching(/^none/) },
      pty: { status: "ok", facts: { screens: true } },
      state_directory: { status: "ok", facts: { path: longhand.stateDir, local: true } },
      database: { status: "ok" },
    });
    expect(settings).toMatchObject({
      stateDir: { value: longhand.stateDir, origin: "environment", variable: "LONGHAND_STATE_DIR" },
      stopGraceMs: { value: 3_000, origin: "environment" },
      maxRunning: { value: 4_096, origin: "default" },
    });
  });

  it("has the same for people, and an option wins", async () => {
    using longhand = cli();
    const { code, stdout } = await longhand.run(["doctor", "--state-dir", join(longhand.stateDir, "other")]);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^ {2}pipes +ok +real pipes/m);
    expect(stdout.toString()).toMatch(/^ {2}stateDir .*\/state\/other +option$/m);
    expect(stdout.toString()).toMatch(/^ {2}sessionMaxAgeMs +7d +default$/m);
  });

  it("exits with 1 when something essential is missing, and still answers the rest", async () => {
    using place = scratch();
    // Pipes need mkfifo, and nothing else has that name.
    mkdirSync(join(place.path, "bin"));
    chmodSync(join(place.path, "bin"), 0o755);
    using longhand = cli({ PATH: join(place.path, "bin") });
    const { code, stdout } = await longhand.run(["doctor", "--json", "--state-dir", "/proc/nowhere"]);
    expect(code).toBe(1);
    const { ok, checks } = JSON.parse(stdout.toString());
    expect(ok).toBe(false);
    expect(checks).toMatchObject({
      node: { status: "ok" },
      pipes: { status: "missing", summary: expect.stringContaining("mkfifo is not installed") },
      state_directory: { status: "missing", summary: expect.stringContaining("/proc/nowhere") },
    });
  });
});
