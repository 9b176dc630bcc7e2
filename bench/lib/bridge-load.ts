/** A client of a bridge, in a thread of its own: begins calls that go on, and cancels one more after the other. */
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { parentPort, workerData } from "node:worker_threads";

export interface Asked {
  readonly path: string;
  /** Calls in flight that print nothing. */
  readonly silent: number;
  /** Calls in flight that print 200 kB a second each, and show it. */
  readonly printing: number;
  /** Calls that are cancelled, one after the other. */
  readonly rounds: number;
  readonly reminder: boolean;
}

export interface Sample {
  readonly callId: string;
  readonly writtenAt: number;
  readonly answeredAt: number;
}

export type Told =
  /** It runs, and is about to be cancelled: waits for an answer. */
  { readonly kind: "watch"; readonly callId: string } | { readonly kind: "done"; readonly samples: readonly Sample[] };

const { path, silent, printing, rounds, reminder } = workerData as Asked;
const port = parentPort;
if (port === null) throw new Error("runs as a worker");
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const socket = connect(path);
const answers = new Map<string, (at: number) => void>();
const running = new Map<string, () => void>();
createInterface({ input: socket }).on("line", (line) => {
  const at = now();
  const { id, params, error } = JSON.parse(line) as { id?: string; params?: { call_id?: string }; error?: unknown };
  if (error !== undefined) throw new Error(line);
  if (id !== undefined) answers.get(id)?.(at);
  // Live output: the command runs.
  else if (params?.call_id !== undefined) running.get(params.call_id)?.();
});

function ask(id: string, method: string, params: object): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  answers.set(id, resolve);
  socket.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params: { session_id: "s", ...params } })}\n`);
  return promise;
}

/** Resolves when it runs. */
async function begin(callId: string, argv: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  running.set(callId, resolve);
  void ask(callId, "tool/call", { call_id: callId, name: "run_command", input: { argv }, output: true });
  await promise;
  running.delete(callId);
}

const sleeping = ["sh", "-c", "echo begun; exec sleep 600"];
// A hundred times a second 2 kB, without a process for each pause: they shall cost the machine little.
const print = `exec 3< <(exec sleep 600); printf -v text '%099d\\n' {1..20}; while :; do printf %s "$text"; read -rt 0.01 -u 3; done`;

await ask("open", "session/open", {});
for (let n = 0; n < silent; n++) await begin(`silent ${n}`, sleeping);
for (let n = 0; n < printing; n++) await begin(`printing ${n}`, ["bash", "-c", print]);
const samples: Sample[] = [];
for (let round = 0; round < rounds; round++) {
  const callId = `call ${round}`;
  await begin(callId, sleeping);
  const watched = once(port, "message");
  port.postMessage({ kind: "watch", callId } satisfies Told);
  await watched;
  const writtenAt = now();
  const params = { tool_call_id: callId, inject_reminder: reminder };
  samples.push({ callId, writtenAt, answeredAt: await ask(`cancel ${round}`, "session/cancel_tool_call", params) });
}
port.postMessage({ kind: "done", samples } satisfies Told);
port.close();
socket.end();
