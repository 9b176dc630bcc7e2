import { expect, it } from "vitest";
import { runExample } from "../../support/examples.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

it("langchain.ts: the result comes while the agent works on", async () => {
  const printed = await runExample("langchain.ts");
  expect(printed).toMatch(/tool: \[running h1 .*\n\[the result arrives by itself; do not poll/);
  const [before = "", after = ""] = printed.split("no warnings\n");
  expect(before).not.toContain("background event");
  expect(after).toMatch(/human: \[1 background event · .*\n\[exit 0 · [\w.]+ · h1 · 1 line · .*\]\n/);
  expect(after).toMatch(/ai: Both went well. In my inbox lay:\n\[1 background event · /);
  expect(after).toContain("42 tests passed");
});
