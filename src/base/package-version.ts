/** The version of this package. */
import { readFileSync } from "node:fs";
import { embedded } from "./embedded.ts";

export function packageVersion(): string {
  return embedded.version ?? fromManifest();
}

function fromManifest(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
