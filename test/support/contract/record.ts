/** A runtime of its own, in which examples are really run. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/base/json.ts";
import { createBridge } from "../../../src/bridge/index.ts";
import { testRuntime } from "../runtime.ts";
import type { Example, Recorder } from "./example.ts";
import type { ExampleSite } from "./tool-examples.ts";

/** The same in every record, so that an example shows nothing of the machine that it was made on. */
const home = "/home/agent";

export async function recordExamples(
  make: (recorder: Recorder, site: ExampleSite) => Promise<void>,
): Promise<readonly Example[]> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "longhand-examples-")));
  const bridge = createBridge();
  await using host = await testRuntime({ approve: bridge.approve, defaultCwd: directory });
  const { session, runtime, stateDir } = host;
  try {
    writeFileSync(join(directory, "notes.txt"), "a line\n");
    writeFileSync(join(directory, "other.md"), "a line\n");
    const examples: Example[] = [];
    await make(recorder(examples), { session, runtime, bridge, directory });
    const elsewhere = (text: string): string =>
      text.replaceAll(stateDir, `${home}/.local/state/longhand`).replaceAll(directory, `${home}/project`);
    return examples.map((example) => JSON.parse(elsewhere(JSON.stringify(example))) as Example);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function recorder(examples: Example[]): Recorder {
  return {
    examples,
    async take(path, state, input, ask) {
      const output = (await ask(input)) as JsonObject;
      examples.push({ path, state, input, output });
      return output;
    },
  };
}
