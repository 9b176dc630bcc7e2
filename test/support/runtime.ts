/** A real runtime in directories of its own, which go with the block. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../src/base/json.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../src/runtime.ts";
import type { Session } from "../../src/session/session.ts";
import { holdToContract } from "./contract/hold.ts";

export interface TestRuntime extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly session: Session;
  readonly stateDir: string;
}

/** The stores that every promise has to be kept on. */
export const stores = ["memory", "sqlite"] as const;

export async function testRuntime(options: RuntimeOptions = {}): Promise<TestRuntime> {
  holdToContract();
  const stateDir = options.stateDir ?? temporaryDirectory();
  const runtime = await createRuntime({ store: "memory", stopGraceMs: 1_000, ...options, stateDir });
  const session = await runtime.openSession();
  return {
    runtime,
    session,
    stateDir,
    async [Symbol.asyncDispose]() {
      await runtime.close();
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "longhand-state-"));
}

/** Everything the inbox holds, acknowledged. */
export async function drain(session: Session): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  // A bound, because an inbox that never empties would leave the test's own timeout no turn.
  for (let claims = 0; claims < 1_000; claims++) {
    const { data } = await session.call("drain_inbox", { max_messages: 1_000, max_bytes: 1_048_576 });
    const messages = data["messages"] as unknown as JsonObject[];
    if (messages.length === 0) return all;
    all.push(...messages);
  }
  throw new Error("the inbox does not empty");
}

/** The reports in the inbox. */
export async function drainResults(session: Session): Promise<JsonObject[]> {
  const messages = await drain(session);
  return messages.filter(({ kind }) => kind === "tool_result").map(({ body }) => body as JsonObject);
}

/** What a call with this input answers. */
export async function run(session: Session, input: string | object, options = {}): Promise<JsonObject> {
  const { data } = await session.call("run_command", typeof input === "string" ? { command: input } : input, options);
  return data;
}

export async function callTool(session: Session, name: string, input: object): Promise<JsonObject> {
  return (await session.call(name, input)).data;
}
