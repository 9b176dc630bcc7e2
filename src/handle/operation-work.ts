/** An operation under a handle: a function in this process. It has no mark and nothing to sweep: it dies with its host. */
import { reportOf } from "./build-report.ts";
import type { Handle } from "./handle.ts";
import { OperationRun } from "./operation-run.ts";
import type { OperationRequest } from "./request.ts";
import { superviseOperation } from "./supervise-operation.ts";
import type { Running, Work, WorkOptions } from "./work.ts";

export function operationWork(handle: Handle, request: OperationRequest, options: WorkOptions): Work {
  const { clock, sandbox } = options;
  const whyStopped = (): string => {
    const { kind, by, reason } = handle.state.cause ?? { kind: "cancel", by: "longhand", reason: null };
    return `${kind} by ${by}${reason === null ? "" : `: ${reason}`}`;
  };
  return {
    spec: { operation: request.name, command: request.descriptor },
    async start(opened): Promise<Running> {
      const { recorder } = opened;
      const run = new OperationRun(request.run, { recorder, clock, whyStopped });
      return {
        recorder,
        child: null,
        get progress() {
          return run.progress;
        },
        stop: (ladder) => run.stop(ladder),
        async seeThrough() {
          const { ending, ...operation } = await superviseOperation(handle, run, recorder, options);
          opened.close();
          const facts = { endedAt: clock.now(), sandbox: sandbox.state, findings: null, operation };
          return reportOf(handle, ending, recorder, facts);
        },
      };
    },
    drop: () => undefined,
  };
}
