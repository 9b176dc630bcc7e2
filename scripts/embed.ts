/** After the compiler: writes into `dist` (or the directory that is named) what a bundle of the package could not find (`src/base/embedded.ts`). */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** A module in one URL. Its name is for stack traces, which would quote all of the URL. */
async function threadIn(entry: string, name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    minifyWhitespace: true,
    write: false,
  });
  const text = `${outputFiles[0]?.text}\n//# sourceURL=${name}\n`;
  return `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
}

const [dist = "dist"] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const embedded = {
  version,
  ledgerThread: await threadIn(join(dist, "ledger/sqlite/worker.js"), "longhand/ledger-thread.js"),
  screenThread: await threadIn(join(dist, "output/screen-worker.js"), "longhand/screen-thread.js"),
};
writeFileSync(join(dist, "base/embedded.js"), `export const embedded = ${JSON.stringify(embedded, null, 2)};\n`);
