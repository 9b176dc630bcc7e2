import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runExample } from "../../support/examples.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

it("claude-agent-sdk.ts: the result of a build is in front of the model, which did not ask", async () => {
  // Another Node.js may be first in the PATH than the one that runs the example.
  const bin = mkdtempSync(join(tmpdir(), "longhand-path-"));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho 'too old' >&2\nexit 1\n", { mode: 0o755 });
  const PATH = `${bin}:${process.env["PATH"]}`;
  // Whoever runs the tests may have a key.
  const printed = await runExample("claude-agent-sdk.ts", { ANTHROPIC_API_KEY: undefined, PATH });
  expect(printed).toContain("the result arrives by itself");
  expect(printed).toMatch(/\[exit 0 · [\w.]+ · h2 · 1 line\]/);
  expect(printed).toMatch(
    /In my inbox lay:\n\[clm_\w+\]\n\[1 background event · .*\]\n\[exit 0 · [\w.]+ · h1 · 1 line · .*\]\n/,
  );
});
