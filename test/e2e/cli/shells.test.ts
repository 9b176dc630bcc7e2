/** `longhand shells`: a table for people, the answer of `list_shells` for scripts. */
import { expect, it } from "vitest";
import { cli } from "../../support/cli.ts";

it("lists the shells, and marks the default", async () => {
  using longhand = cli({ SHELL: "/bin/dash", LONGHAND_DEFAULT_SHELL: "sh" });
  const { code, stdout, stderr } = await longhand.run(["shells"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows = stdout.toString().trimEnd().split("\n");
  expect(rows[0]).toMatch(/^sh +\/bin\/sh +LONGHAND_DEFAULT_SHELL +default$/);
  expect(rows[1]).toMatch(/^dash +\/bin\/dash +SHELL$/);
});

it("is the answer of list_shells with --json", async () => {
  using longhand = cli();
  const { code, stdout } = await longhand.run(["shells", "--json"]);
  expect(code).toBe(0);
  const { shells, default_shell_id: chosen } = JSON.parse(stdout.toString());
  expect(shells).toContainEqual(expect.objectContaining({ id: chosen, available: true, default_args: ["-c"] }));
});

it("says which setting is wrong", async () => {
  using longhand = cli({ LONGHAND_DEFAULT_SHELL: "nosuchshell" });
  const { code, stderr } = await longhand.run(["shells"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^longhand: defaultShell \(LONGHAND_DEFAULT_SHELL\): "nosuchshell" cannot be run\n$/);
});
