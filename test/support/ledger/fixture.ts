/** Starts a fixture of the ledger with Node and reads what it says, line by line. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { eventually } from "../eventually.ts";

export interface Fixture {
  readonly child: ChildProcess & { readonly pid: number };
  /** Complete lines so far. */
  readonly lines: string[];
  readonly exited: Promise<number | null>;
  says(line: string): Promise<void>;
}

export function startFixture(name: string, args: readonly string[]): Fixture {
  const script = fileURLToPath(new URL(`../../fixtures/ledger/${name}`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  if (child.pid === undefined) throw new Error(`${name} did not start`);
  return {
    child: Object.assign(child, { pid: child.pid }),
    lines,
    exited,
    says: async (line) => {
      await eventually(() => lines.includes(line), { timeoutMs: 20_000, what: `"${line}" from ${name}` });
    },
  };
}
