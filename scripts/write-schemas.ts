/** Writes `schemas/` anew, from the zod schemas in `src`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { contract, fileOf, textOf } from "./contract.ts";

rmSync("schemas", { recursive: true, force: true });
for (const schema of contract()) {
  const file = fileOf(schema);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, textOf(schema));
}
