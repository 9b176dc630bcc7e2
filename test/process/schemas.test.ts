/** What is really answered is of the published schemas: every tool, method and operation in its typical states. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { contract, fileOf, schemaId } from "../../scripts/contract.ts";
import { bridgeExamples } from "../support/contract/bridge-examples.ts";
import { checkContract } from "../support/contract/check.ts";
import { type Example, sidesOf } from "../support/contract/example.ts";
import { processExamples } from "../support/contract/process-examples.ts";
import { recordExamples } from "../support/contract/record.ts";
import { toolExamples } from "../support/contract/tool-examples.ts";
import { expectNoStrays } from "../support/strays.ts";

expectNoStrays();

/** As others read them: from the files. */
const published = new Ajv2020({ strict: true });
for (const entry of contract()) published.addSchema(JSON.parse(readFileSync(fileOf(entry), "utf8")) as object);

function validator(path: string): ValidateFunction {
  const validate = published.getSchema(schemaId(path));
  if (validate === undefined) throw new Error(`no schema of ${path}`);
  return validate;
}

function faultsOf({ path, state, input, output }: Example): string[] {
  const sides = sidesOf({ path });
  return [
    [sides.input, input],
    [sides.output, output],
  ].flatMap(([side, value]) => {
    const validate = validator(String(side));
    if (validate(JSON.parse(JSON.stringify(value)))) return [];
    return [`${state} of ${side}: ${published.errorsText(validate.errors)}`];
  });
}

const slow = 120_000;

it.each([
  ["tools", toolExamples],
  ["process", processExamples],
  ["bridge", bridgeExamples],
] as const)("answers of %s", { timeout: slow }, async (folder, make) => {
  const examples = await recordExamples(make);
  expect(examples.flatMap(faultsOf)).toEqual([]);
  for (const { path, output } of examples) checkContract(sidesOf({ path }).output, output);
  const seen = new Set(examples.map(({ path }) => sidesOf({ path }).output));
  const all = contract().filter(({ path }) => path.startsWith(`${folder}/`) && /\.(?:output|result)$/.test(path));
  expect([...seen].sort()).toEqual(all.map(({ path }) => path).sort());
});

it("what is no answer does not fit", () => {
  const faults = faultsOf({
    path: "tools/list_handles",
    state: "wrong",
    input: { state: "sleeping", colour: "red" },
    output: { handles: [{ handle_id: 7 }] },
  });
  expect(faults).toHaveLength(2);
  expect(() => checkContract("tools/list_handles.output", { handles: [], colour: "red" })).toThrow(/colour/);
});
