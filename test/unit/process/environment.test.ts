import { describe, expect, it } from "vitest";
import { agentDefaults, buildEnvironment } from "../../../src/process/environment.ts";

const host = {
  PATH: "/bin",
  HOME: "/home/x",
  SHLVL: "3",
  TERM: "xterm",
  GITHUB_TOKEN: "t",
  LONGHAND_MARK: "outer",
  CI: "true",
};

describe("buildEnvironment", () => {
  it.each(["inherit_clean", "patch"] as const)("%s inherits without secrets and lays env over it", (mode) => {
    const env = buildEnvironment({ mode, env: { A: "1", HOME: "/h" }, inherited: host });
    expect({ ...env }).toEqual({ ...agentDefaults, PATH: "/bin", HOME: "/h", SHLVL: "3", CI: "true", A: "1" });
  });

  it("replace has nothing of the host but our defaults and SHLVL", () => {
    const env = buildEnvironment({ mode: "replace", env: { A: "1" }, inherited: host });
    expect({ ...env }).toEqual({ ...agentDefaults, SHLVL: "1", A: "1" });
  });

  it.each(["inherit_clean", "patch", "replace"] as const)(
    "%s keeps what the caller gives, secret or default",
    (mode) => {
      const env = buildEnvironment({ mode, env: { GITHUB_TOKEN: "mine", TERM: "vt100", SHLVL: "0" }, inherited: host });
      expect(env).toMatchObject({ GITHUB_TOKEN: "mine", TERM: "vt100", SHLVL: "0" });
    },
  );

  it("removes inherited names and defaults, but not explicit ones", () => {
    const env = buildEnvironment({
      mode: "patch",
      env: { PATH: "/mine" },
      remove: ["PATH", "HOME", "NO_COLOR", "SHLVL"],
      inherited: host,
    });
    expect(env["PATH"]).toBe("/mine");
    expect(env).not.toHaveProperty("HOME");
    expect(env).not.toHaveProperty("NO_COLOR");
    expect(env["SHLVL"]).toBe("1");
  });

  it.each([undefined, "0", "-1", "", "x"])("sets SHLVL to 1 when the host has %j", (level) => {
    const inherited: Record<string, string> = level === undefined ? {} : { SHLVL: level };
    expect(buildEnvironment({ mode: "inherit_clean", inherited })["SHLVL"]).toBe("1");
  });

  it.each(["inherit_clean", "patch", "replace"] as const)("%s never passes a mark on", (mode) => {
    const env = buildEnvironment({ mode, env: { LONGHAND_MARK: "forged" }, inherited: host });
    expect(env).not.toHaveProperty("LONGHAND_MARK");
  });

  it("survives names that objects have by nature", () => {
    const inherited = JSON.parse('{"__proto__":"p","constructor":"c"}');
    expect(Object.entries(buildEnvironment({ mode: "patch", inherited }))).toEqual(
      expect.arrayContaining([
        ["__proto__", "p"],
        ["constructor", "c"],
      ]),
    );
  });

  it.each([
    [{ "A=B": "x" }, "A=B"],
    [{ "": "x" }, '""'],
    [{ "A\0": "x" }, "A\\u0000"],
    [{ A: "x\0y" }, "NUL"],
    [{ A: 1 as unknown as string }, "string"],
  ])("refuses %j", (env, text) => {
    const build = (): unknown => buildEnvironment({ mode: "patch", env, inherited: {} });
    expect(build).toThrow(expect.objectContaining({ kind: "invalid_parameter", param: "env" }));
    expect(build).toThrow(text);
  });

  it("refuses a name to remove that none can have", () => {
    expect(() => buildEnvironment({ mode: "patch", remove: ["A=B"], inherited: {} })).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param: "env_remove" }),
    );
  });
});
