/** `longhand demo` is green, quick enough to watch, and leaves nothing. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, finished } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { processesNaming, readIfThere } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** Everything the demo makes goes below a directory of the test's own. */
function demoPlace() {
  const temporary = mkdtempSync(join(tmpdir(), "longhand-demo-test-"));
  const longhand = cli({ TMPDIR: temporary, XDG_STATE_HOME: join(temporary, "home"), LONGHAND_RUNTIME_DIR: temporary });
  return {
    longhand,
    temporary,
    [Symbol.dispose]: () => {
      longhand[Symbol.dispose]();
      rmSync(temporary, { recursive: true });
    },
  };
}

/** The command itself; longhand has the same words among its arguments. */
const sleeping = () =>
  processesNaming("86399").filter((pid) => readIfThere(`/proc/${pid}/cmdline`).startsWith("sleep"));

describe("longhand demo", () => {
  it("shows the inbox, the held pipe and the receipt, and leaves neither a process nor a file", async () => {
    using place = demoPlace();
    const { code, stdout, stderr } = await place.longhand.run(["demo"]);
    const text = stdout.toString();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(text).toMatch(/inbox +\[1 background event/);
    expect(text).toMatch(/\[exit 0 · .* · build\]/);
    expect(text).toMatch(/\[exit 0 · .* · 1 line · 1 leftover stopped\]/);
    expect(text).toMatch(/\[cancelled h4 · .* stopped, 0 left\]/);
    expect(text).toMatch(/check +\d\d processes in \/proc(?:.|\n)*check +0 processes in \/proc/);
    expect(text).not.toContain("\u001b");
    expect(text.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
    expect(readdirSync(place.temporary)).toEqual([]);
    expect(readdirSync(join(place.longhand.stateDir, ".."))).toEqual([]);
  });

  it("does the same with a command of yours", async () => {
    using place = demoPlace();
    const { code, stdout } = await place.longhand.run(["demo", "--", "sh", "-c", "echo begun; sleep 1.5; exit 4"]);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/check +\[running h1 · .*\](?:.|\n)*inbox(?:.|\n)*\[exit 4 · .*\](?:.|\n)*begun/);
    expect(readdirSync(place.temporary)).toEqual([]);
  });

  it("can be interrupted", async () => {
    using place = demoPlace();
    const child = place.longhand.start(["demo", "--", "sleep", "86399"], { stdio: ["ignore", "pipe", "pipe"] });
    const end = finished(child);
    await eventually(() => sleeping().length > 0, { timeoutMs: 20_000 });
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "longhand: stopped 1 command, nobody is left\n" });
    expect(sleeping()).toEqual([]);
    expect(readdirSync(place.temporary)).toEqual([]);
  });
});
