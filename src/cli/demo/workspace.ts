/** A tiny project with a real build, in a directory that goes away with the demo. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Workspace extends Disposable {
  readonly project: string;
  readonly stateDir: string;
  /** Live processes whose working directory is the project: asked of /proc, without any of longhand's own bookkeeping. */
  processes(): number;
}

const modules = ["auth", "cart", "http", "index", "store", "users"];

/** Compiles one module every 0.4 s. */
const build = `#!/bin/sh
set -e
mkdir -p dist && : > dist/app.js
for file in src/*.js; do
  echo "compiling $file"
  sleep 0.4
  cat "$file" >> dist/app.js
done
echo "warning: cart.js: rounding is not tested"
echo "built dist/app.js, $(wc -c < dist/app.js) bytes"
`;

/** Ignores SIGTERM, gives each child a session of its own, and never stops forking. */
const runaway = `#!/bin/sh
trap '' TERM
depth=\${1:-3}
if [ "$depth" -gt 0 ]; then
  setsid ./runaway.sh $((depth - 1)) &
  setsid ./runaway.sh $((depth - 1)) &
fi
while :; do sleep 1; done
`;

export function createWorkspace(): Workspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-demo-")));
  const project = join(root, "shop");
  mkdirSync(join(project, "src"), { recursive: true });
  for (const name of modules) {
    const todo = name === "cart" ? "  // TODO: round to cents\n" : "";
    writeFileSync(join(project, "src", `${name}.js`), `export function ${name}() {\n${todo}}\n`);
  }
  for (const [name, text] of Object.entries({ "build.sh": build, "runaway.sh": runaway })) {
    writeFileSync(join(project, name), text);
    chmodSync(join(project, name), 0o755);
  }
  return {
    project,
    stateDir: join(root, "state"),
    processes: () => readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && worksIn(entry, project)).length,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function worksIn(pid: string, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
  } catch {
    // It has ended, or is a zombie.
    return false;
  }
}
