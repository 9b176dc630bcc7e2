/** Writes `schemas/` anew, from the zod schemas in `src`. The examples stay: they are what was really answered. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { contract, fileOf, textOf } from "./contract.ts";

for (const name of readdirSync("schemas")) {
  if (name !== "examples") rmSync(`schemas/${name}`, { recursive: true });
}
for (const schema of contract()) {
  const file = fileOf(schema);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, textOf(schema));
}
