/** Entry of the worker thread: the only place that waits for locks and disks, so that the event loop of the host never does. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { asLonghandError, LonghandError } from "../../base/errors.ts";
import { Engine } from "./engine.ts";
import { isBusy, lockHeld } from "./failures.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./protocol.ts";

if (parentPort === null) throw new LonghandError("internal", "worker.ts is started by the ledger only");
serve(parentPort, workerData as WorkerSettings);

function serve(port: MessagePort, settings: WorkerSettings): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  const monotonic = (): number => performance.now();
  const engine = new Engine({ settings, monotonic, reply: (batch) => say({ kind: "done", ...batch }) });
  let opened = false;
  let closing = false;
  let scheduled = false;
  let poll: NodeJS.Timeout | undefined;
  let seen: number | null = null;

  const watch = (wanted: boolean): void => {
    clearInterval(poll);
    poll = wanted ? setInterval(look, settings.pollMs) : undefined;
    // Something may have been committed just before the subscription: the first look wakes in any case.
    seen = null;
  };
  const look = (): void => {
    const version = engine.dataVersion();
    if (version === null || version === seen) return;
    seen = version;
    say({ kind: "elsewhere" });
  };
  const hear = (message: ToWorker): void => {
    if (message.kind === "calls") engine.add(message.calls);
    if (message.kind === "watch") watch(message.wanted);
    if (message.kind !== "close") return;
    closing = true;
    engine.closeWithin(message.withinMs);
  };
  const hearAll = (): void => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      hear(next.message);
  };
  const run = (): void => {
    scheduled = false;
    hearAll();
    if (!opened && !open()) return;
    engine.turn();
    if (!engine.idle) schedule();
    else if (closing) end();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  };
  const end = (): void => {
    clearInterval(poll);
    engine.close();
    port.close();
  };

  const openBy = monotonic() + settings.deadlineMs;
  /** False: not yet, or never. */
  const open = (): boolean => {
    try {
      engine.open(settings);
      opened = true;
      say({ kind: "opened" });
      return true;
    } catch (error) {
      const busy = isBusy(error);
      if (busy && !closing && monotonic() < openBy) schedule();
      else {
        say({ kind: "refused", error: (busy ? lockHeld(settings.path) : asLonghandError(error)).toJSON() });
        port.close();
      }
      return false;
    }
  };

  port.on("message", (message: ToWorker) => {
    hear(message);
    if (opened) run();
  });
  schedule();
}
