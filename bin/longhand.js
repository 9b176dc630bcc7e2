#!/usr/bin/env node
/**
 * The command `longhand`: refuses what it cannot run on in one line, then hands over to the built command line.
 * Written so that an old Node can still parse it (no `??`, `?.`, `node:` imports or top-level await): a syntax error explains nothing.
 */
const needed = 24;
const { bun, node } = process.versions;

if (bun !== undefined) {
  fail(`does not run on Bun yet; this is Bun ${bun}. Use Node.js ${needed} or newer.`);
} else if (Number(node.split(".")[0]) < needed) {
  fail(`needs Node.js ${needed} or newer; this is v${node}. See https://nodejs.org/en/download.`);
} else {
  import("../dist/cli/main.js").then(run, (error) => fail(`could not be loaded: ${reason(error)}`));
}

function run(cli) {
  return cli.main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => fail(`failed: ${reason(error)}`),
  );
}

function reason(error) {
  return error instanceof Error ? error.message : String(error);
}

function fail(message) {
  process.stderr.write(`longhand ${message.split("\n")[0]}\n`);
  process.exitCode = 1;
}
