import { describe, expect, it } from "vitest";
import { type ConfigKey, resolveConfig, variables } from "../../src/config.ts";

const keys = Object.keys(variables) as ConfigKey[];

describe("a setting", () => {
  it("remembers where it came from: option over environment over default", () => {
    const env = { LONGHAND_STOP_GRACE: "2s", LONGHAND_MAX_OUTPUT: "10MB", HOME: "/home/u" };
    const { values, origins } = resolveConfig({ stopGraceMs: 7 }, env, "/work");
    expect(values).toMatchObject({ stopGraceMs: 7, maxOutputBytes: 10_000_000, defaultCwd: "/work" });
    expect(origins).toMatchObject({ stopGraceMs: "option", maxOutputBytes: "environment", defaultCwd: "default" });
    expect(Object.keys(origins).sort()).toEqual([...keys].sort());
  });

  it("that is undefined or empty is not set", () => {
    const { origins } = resolveConfig({ maxRunning: undefined }, { LONGHAND_MAX_RUNNING: "" }, "/");
    expect(origins.maxRunning).toBe("default");
  });

  it("cannot be changed afterwards", () => {
    const { values } = resolveConfig({}, {}, "/");
    expect(Object.isFrozen(values)).toBe(true);
  });

  it("has a default, and a variable of its own", () => {
    const { values } = resolveConfig({}, {}, "/");
    for (const key of keys) expect(values[key], key).toBeDefined();
    expect(new Set(keys.map((key) => variables[key].name)).size).toBe(keys.length);
  });

  it("the state directory follows XDG", () => {
    expect(resolveConfig({}, { XDG_STATE_HOME: "/x" }, "/").values.stateDir).toBe("/x/longhand");
    expect(resolveConfig({}, { XDG_STATE_HOME: "/x", LONGHAND_STATE_DIR: "/y" }, "/").values.stateDir).toBe("/y");
  });
});

describe("a bad value is refused, and named as it was given", () => {
  it.each<[Record<string, string>, string]>([
    [{ LONGHAND_STOP_GRACE: "soon" }, "LONGHAND_STOP_GRACE"],
    [{ LONGHAND_MAX_OUTPUT: "big" }, "LONGHAND_MAX_OUTPUT"],
    [{ LONGHAND_MAX_RUNNING: "many" }, "LONGHAND_MAX_RUNNING"],
    [{ LONGHAND_MAX_RUNNING: "0" }, "LONGHAND_MAX_RUNNING"],
    [{ LONGHAND_STORE: "postgres" }, "LONGHAND_STORE"],
    [{ LONGHAND_INJECTS_INBOX: "yes please" }, "LONGHAND_INJECTS_INBOX"],
  ])("%o", (env, name) => {
    const [[, raw = ""] = []] = Object.entries(env);
    expect(() => resolveConfig({}, env, "/")).toThrow(
      expect.objectContaining({
        kind: "invalid_parameter",
        param: name,
        details: expect.objectContaining({ got: raw }),
      }),
    );
  });

  it.each([
    [{ stopGraceMs: -1 }, "stopGraceMs"],
    [{ marks: "none" }, "marks"],
    [{ maxOutputBytes: 1.5 }, "maxOutputBytes"],
  ])("%o", (options, param) => {
    expect(() => resolveConfig(options as never, {}, "/")).toThrow(
      expect.objectContaining({ kind: "invalid_parameter", param }),
    );
  });

  it("a setting that does not exist, with the nearest that does", () => {
    expect(() => resolveConfig({ stopGrace: 5 } as never, {}, "/")).toThrow(/stopGrace is not a setting.*stopGraceMs/);
  });
});
