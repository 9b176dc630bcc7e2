/** A result that is too large to be told inline: a file beside the output. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactFiles } from "./artifacts.ts";

/** The path. 0600; refuses to write over anything or through a link. Rejects with the system's error. */
export async function writeResult(directory: string, text: string): Promise<string> {
  const path = join(directory, artifactFiles.result);
  await writeFile(path, text, { flag: "wx", mode: 0o600 });
  return path;
}
