import { expect, it } from "vitest";
import { runExample } from "../../support/examples.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

it("openai-agents.ts: the result wakes an agent that had ended its turn", async () => {
  const printed = await runExample("openai-agents.ts");
  expect(printed).toMatch(/result: \[running h1 .*\n\[the result arrives by itself; do not poll/);
  const [before = "", after = ""] = printed.split("(woken by the inbox)\n");
  expect(before.trimEnd().split("\n").at(-1)).toBe("model: Lint is clean, and the tests are running.");
  expect(after).toMatch(/In my inbox lay:\n\[1 background event · .*\n\[exit 0 · [\w.]+ · h1 · 1 line · .*\]\n/);
  expect(after).toContain("42 tests passed");
});
