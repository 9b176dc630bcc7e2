import { expect, it } from "vitest";
import { runExample } from "../../support/examples.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

it("claude-agent-sdk.ts: the result of a build is in front of the model, which did not ask", async () => {
  // Whoever runs the tests may have a key.
  const printed = await runExample("claude-agent-sdk.ts", { ANTHROPIC_API_KEY: undefined });
  expect(printed).toContain("the result arrives by itself");
  expect(printed).toMatch(/\[exit 0 · [\w.]+ · h2 · 1 line\]/);
  expect(printed).toMatch(
    /In my inbox lay:\n\[clm_\w+\]\n\[1 background event · .*\]\n\[exit 0 · [\w.]+ · h1 · 1 line · .*\]\n/,
  );
});
