/** Real answers against the contract: closed, so that a field which no schema names is noticed too. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";
import { type ContractSchema, contract } from "../../../scripts/contract.ts";

/** Compiling takes longer than a test may notice: once for a file of tests. */
const byPath = new Map(contract().map((entry) => [entry.path, entry]));
const compiled = new Map<string, ValidateFunction>();

/** Throws when what we send under this path (`tools/run_command.output`) does not fit, or has fields that the schema does not name. */
export function checkContract(path: string, value: unknown): void {
  const entry = byPath.get(path);
  if (entry === undefined) throw new Error(`the contract has no ${path}`);
  const validate = compiled.get(path) ?? compileClosed(entry);
  compiled.set(path, validate);
  // As a reader gets it.
  const read: unknown = JSON.parse(JSON.stringify(value));
  if (!validate(read)) throw new Error(`${path}: ${faults(validate)} in ${JSON.stringify(read).slice(0, 4_000)}`);
}

/** An answer's own schema is open; as zod's output an object has no further fields. */
function compileClosed({ schema }: ContractSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, inlineRefs: false });
  return ajv.compile(z.toJSONSchema(schema, { io: "output", target: "draft-2020-12" }));
}

/** Of the alternative that fits best: of every other there is a long list. */
function faults({ errors }: ValidateFunction): string {
  const byAlternative = Map.groupBy(errors ?? [], ({ schemaPath }) => schemaPath.split("/").slice(0, 3).join("/"));
  const alternatives = [...byAlternative].filter(([name]) => name.startsWith("#/$defs/"));
  const [best] = (alternatives.length === 0 ? [...byAlternative] : alternatives).sort(
    ([, a], [, b]) => a.length - b.length,
  );
  const texts = (best?.[1] ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`;
  });
  return `${best?.[0]}: ${texts.slice(0, 20).join("; ")}`;
}
