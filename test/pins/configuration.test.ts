/** docs/configuration.md has every setting with its variable and its default, as the code has them. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type ConfigKey, resolveConfig, variables } from "../../src/config.ts";
import { agentDefaults } from "../../src/process/environment.ts";

const page = readFileSync("docs/configuration.md", "utf8");
const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| ([^|]+) \|/gm)].map(([, key, name, value = ""]) => ({
  key,
  name,
  value: value.trim(),
}));

it("names every setting and its variable, in the order of the code", () => {
  expect(rows.map(({ key, name }) => [key, name])).toEqual(
    Object.entries(variables).map(([key, { name }]) => [key, name]),
  );
});

it("gives the defaults", () => {
  const { values } = resolveConfig({}, {}, "/somewhere");
  const units: Readonly<Record<string, number>> = { "": 1, GiB: 1024 ** 3, days: 24 * 60 * 60 * 1_000 };
  for (const { key, value } of rows) {
    const actual = values[key as ConfigKey];
    const [, digits = "", unit = ""] = /^([\d,]+) ?(\w*)$/.exec(value) ?? [];
    if (typeof actual === "number") expect(actual, key).toBe(Number(digits.replaceAll(",", "")) * (units[unit] ?? 0));
    // Paths are described, not written out.
    else if (!/Dir$|Cwd$/.test(key ?? "")) expect(value.replaceAll("`", ""), key).toBe(String(actual));
  }
});

it("lists what commands are told", () => {
  const told = Object.entries(agentDefaults).map(([name, value]) => `${name}=${value}`);
  expect(page).toContain(`\`${told.join(" ")}\``);
});
