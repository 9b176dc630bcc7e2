/** Wrong usage: exit code 2, one line, the nearest right spelling, never a stack trace. */
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const longhand = cli();
afterAll(() => longhand[Symbol.dispose]());

describe("wrong usage", () => {
  it.each([
    [["rnu"], "unknown command 'rnu' (did you mean run?)"],
    [["run", "--tiemout", "5s", "true"], "unknown option '--tiemout' (did you mean --timeout?)"],
    [["run", "--timeout", "5", "true"], "Which unit? 5s, 5m or 5ms."],
    [["run", "--timeout", "soon", "true"], "Write it like 90s, 1h30m or 500ms."],
    [["run", "--max-output", "0", "true"], "It must be at least one byte."],
    [["run", "--env", "NO_SUCH_VARIABLE", "true"], "write NO_SUCH_VARIABLE=value"],
    [["run", "--leftovers", "eat", "true"], "Allowed choices are stop, keep."],
    [["run", "--cwd", "/no/such/place", "true"], "/no/such/place"],
    [["run"], "what should run?"],
    [["run", "--shell", "true", "false"], "--shell and a command are both given"],
    [["help", "docter"], "unknown command 'docter' (did you mean doctor?)"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await longhand.run(args);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^longhand: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  it("is JSON where JSON was asked for", async () => {
    const { code, stdout, stderr } = await longhand.run(["run", "--json", "--tiemout", "5s", "true"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout.toString())).toMatchObject({ error: { kind: "invalid_parameter" } });
  });

  it("names a wrong variable of the environment", async () => {
    using wrong = cli({ LONGHAND_STOP_GRACE: "later" });
    const { code, stderr } = await wrong.run(["run", "true"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^longhand: LONGHAND_STOP_GRACE: "later" is not valid.*\n$/);
  });
});

describe("help", () => {
  it.each([[[]], [["--help"]], [["help"]]])("%j lists the commands", async (args) => {
    const { code, stdout, stderr } = await longhand.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["run", "demo", "doctor", "shells", "bridge"])
      expect(stdout.toString()).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  it("explains a command, and the version is one line", async () => {
    expect((await longhand.run(["help", "run"])).stdout.toString()).toContain("--timeout <duration>");
    expect((await longhand.run(["--version"])).stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
