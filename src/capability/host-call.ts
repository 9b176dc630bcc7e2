/** `host_call(capability, operation, params)`: what programs ask of the runtime, beside the tools that agents use. */
import { asLonghandError, LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { spellingHint } from "../base/nearest.ts";
import { checkHostCallOptions, type HostCallOptions } from "../session/call-options.ts";
import type { Session } from "../session/session.ts";
import { cancelledData, withCancel } from "../tools/cancelled-answer.ts";
import { parseInput } from "../tools/input.ts";
import { underCancel } from "../tools/under-cancel.ts";
import { Deliveries } from "./deliveries.ts";
import type { Delivery, Operation } from "./operation.ts";
import { kill, poll, release, wait } from "./process-look.ts";
import { exec, spawn } from "./process-start.ts";
import { SessionProcesses } from "./session-processes.ts";
import { getDefaultShell, listShells, setDefaultShell, shellInvocationOperation } from "./shell-operations.ts";

export const processOperations: readonly Operation[] = [
  exec,
  spawn,
  poll,
  wait,
  kill,
  release,
  listShells,
  getDefaultShell,
  setDefaultShell,
  shellInvocationOperation,
];

const capabilities: ReadonlyMap<string, ReadonlyMap<string, Operation>> = new Map([
  ["process", new Map(processOperations.map((operation) => [operation.name, operation]))],
]);

/** The host calls of one runtime. What they keep is kept by session id: another reader of the session finds it again. */
export interface HostCalls {
  /** Rejects with a `LonghandError` of the tool `process.spawn`. */
  call(
    session: Session,
    capability: string,
    operation: string,
    params: unknown,
    options: HostCallOptions,
  ): Promise<JsonObject>;
  attached(session: Session): void;
  closed(session: Session): void;
  /** Its reader is gone, and may come back for what there is to know of its processes. */
  left(session: Session): void;
}

export function createHostCalls({ maxProcesses }: { readonly maxProcesses: number }): HostCalls {
  const deliveries = new Deliveries();
  const bySession = new Map<string, SessionProcesses>();
  const processesOf = ({ id }: Session): SessionProcesses => {
    const processes = bySession.get(id) ?? new SessionProcesses({ maxProcesses, deliveries });
    bySession.set(id, processes);
    return processes;
  };
  return {
    async call(session, capability, name, params, options) {
      const tool = `${capability}.${name}`;
      const operation = operationNamed(capability, name);
      const parsed = parseInput(operation.params, params ?? {}, tool);
      try {
        checkHostCallOptions(options);
        return await runOperation(operation, parsed, { session, tool, processes: processesOf(session), options });
      } catch (error) {
        throw asLonghandError(error).inTool(tool);
      }
    },
    attached: (session) => deliveries.attached(session),
    closed(session) {
      deliveries.closed(session);
      bySession.delete(session.id);
    },
    left(session) {
      deliveries.left(session);
      if (bySession.get(session.id)?.isEmpty === true) bySession.delete(session.id);
    },
  };
}

interface Asked {
  readonly session: Session;
  readonly tool: string;
  readonly processes: SessionProcesses;
  readonly options: HostCallOptions;
}

async function runOperation(
  operation: Operation,
  params: unknown,
  { session, tool, processes, options }: Asked,
): Promise<JsonObject> {
  const { calls, clock } = session.parts;
  const startedAt = clock.monotonic();
  const { callId, signal } = options;
  using call = calls.open(session.id, tool, { callId, signal, readerEpoch: session.reader.readerEpoch });
  const deliveries: Delivery[] = [];
  const context = { session, call, processes, settles: (delivery: Delivery) => void deliveries.push(delivery) };
  const onLost = (): void => {
    for (const delivery of deliveries) delivery.lost();
  };
  const work = async (): Promise<JsonObject> => {
    try {
      return await operation.run(params, context);
    } catch (error) {
      onLost();
      throw error;
    }
  };
  const answer = await underCancel(work, { call, clock, unwindMs: operation.unwindMs, onLate: onLost });
  const durationMs = clock.monotonic() - startedAt;
  if (answer === null) return cancelledData(call, durationMs);
  for (const delivery of deliveries) delivery.arrived();
  const isCancelled = call.cancelled !== null && answer["status"] === "cancelled";
  return isCancelled ? withCancel(answer, call, durationMs) : answer;
}

function operationNamed(capability: string, name: string): Operation {
  const operations = capabilities.get(capability);
  if (operations === undefined) throw unknown("capability", capability, [...capabilities.keys()]);
  const operation = operations.get(name);
  if (operation === undefined) throw unknown("operation", name, [...operations.keys()]);
  return operation;
}

function unknown(param: "capability" | "operation", name: string, known: readonly string[]): LonghandError {
  const got = String(name).slice(0, 60);
  return new LonghandError("not_found", `no ${param} ${JSON.stringify(got)}; ${spellingHint(got, known)}`, {
    param,
    details: { expected: known.join(" | "), got },
  });
}
