/** The error kinds are a contract: adding one means documenting it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorKinds } from "../../src/base/errors.ts";

it("docs/errors.md explains every error kind, in the order of the code", () => {
  const documented = [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `([a-z_]+)` \|/gm)].map(
    ([, kind]) => kind,
  );
  expect(documented).toEqual([...errorKinds]);
});
