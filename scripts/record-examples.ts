/** Records `schemas/examples/` anew: real answers, which every later version of the same contract still has to describe. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { bridgeExamples } from "../test/support/contract/bridge-examples.ts";
import type { Example } from "../test/support/contract/example.ts";
import { processExamples } from "../test/support/contract/process-examples.ts";
import { recordExamples } from "../test/support/contract/record.ts";
import { toolExamples } from "../test/support/contract/tool-examples.ts";

/** It repeats the schemas of every input. */
const left = "bridge/tool/list";

const folder = "schemas/examples";
const examples: Example[] = [];
for (const make of [toolExamples, processExamples, bridgeExamples]) examples.push(...(await recordExamples(make)));
rmSync(folder, { recursive: true, force: true });
for (const { path, state, input, output } of examples) {
  if (path === left) continue;
  const file = `${folder}/${path}/${state}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ input, output }, null, 2)}\n`);
}
