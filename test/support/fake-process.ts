/** A launcher without processes: the test says what a command prints and how it ends. */
import type { Child, OutputPipe } from "../../src/process/child.ts";
import type { ExitStatus } from "../../src/process/identity.ts";
import type { Capture, Launcher } from "../../src/process/launcher.ts";
import type { Receipt } from "../../src/process/receipt.ts";
import type { ProcessTree } from "../../src/process/tree.ts";

export interface FakeProcess {
  readonly child: Child;
  print(text: string): void;
  /** The leader ends; so do its pipes, unless somebody else holds them. */
  exit(status?: ExitStatus): void;
  /** Somebody outside of the tree keeps the pipes open. */
  heldOpen: boolean;
}

export interface FakeLauncher extends Launcher {
  readonly processes: FakeProcess[];
  /** What the next launches throw. */
  failure: Error | null;
  /** Passed by every launch, mark and stop: a scheduler decides when they go on. */
  step: (what: string) => Promise<void>;
}

export function fakeLauncher(): FakeLauncher {
  const launcher: FakeLauncher = {
    processes: [],
    failure: null,
    step: async () => {},
    async newMark(handleId) {
      await launcher.step("mark");
      return { cookie: handleId, limits: null };
    },
    check: () => {},
    async launch(_command, _mark, capture) {
      await launcher.step("launch");
      if (launcher.failure !== null) throw launcher.failure;
      const process = fakeProcess(1_000 + launcher.processes.length, capture, (what) => launcher.step(what));
      launcher.processes.push(process);
      return process.child;
    },
    close: async () => {},
  };
  return launcher;
}

function fakeProcess(pid: number, capture: Capture, step: (what: string) => Promise<void>): FakeProcess {
  const exited = Promise.withResolvers<ExitStatus>();
  let over = false;
  const [stdout, stderr] = capture.kind === "files" ? [null, null] : [fakePipe(), capture.onStderr && fakePipe()];
  const process: FakeProcess = {
    heldOpen: false,
    print(text) {
      if (!over && capture.kind === "pipes") capture.onStdout(Buffer.from(text));
    },
    exit(status = { code: 0, signal: null }) {
      if (over) return;
      over = true;
      exited.resolve(status);
      if (!process.heldOpen) for (const pipe of [stdout, stderr]) pipe?.end();
    },
    child: {
      pid,
      startTime: "1",
      stdout,
      stderr,
      stdin: null,
      terminal: null,
      input: null,
      exited: exited.promise,
      tree: null as never,
    },
  };
  const tree = fakeTree(step, () => process.exit({ code: null, signal: "SIGTERM" }));
  return Object.assign(process, { child: { ...process.child, tree } });
}

const nothing: Receipt = {
  processes: [],
  found: 0,
  stopped: 0,
  survivors: [],
  coverage: "marked",
  complete: true,
  durationMs: 0,
};

function fakeTree(step: (what: string) => Promise<void>, kill: () => void): ProcessTree {
  return {
    coverage: "marked",
    mayHaveDescendants: () => false,
    members: async () => [],
    signal: async () => [],
    async stop() {
      await step("stop");
      kill();
      return nothing;
    },
    keep: async () => nothing,
  };
}

function fakePipe(): OutputPipe & { end(): void } {
  const ended = Promise.withResolvers<void>();
  const pipe = {
    ended: ended.promise,
    atEnd: false,
    pause: () => {},
    resume: () => {},
    runOut: () => {},
    unref: () => {},
    destroy: () => ended.resolve(),
    end() {
      pipe.atEnd = true;
      ended.resolve();
    },
  };
  return pipe;
}
