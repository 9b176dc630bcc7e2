/** The thread in which screens are rendered: made when it is needed, kept for a short time, and ended when it takes too long. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { embedded } from "../base/embedded.ts";
import type { ScreenJob } from "./screen-worker.ts";

/** What is used of a worker. */
export type Thread = Pick<Worker, "on" | "postMessage" | "ref" | "unref" | "terminate">;

export interface ScreenThreadOptions {
  /** How long it waits for another job before it is ended, in ms. */
  readonly idleMs: number;
  /** May throw: a system can be out of threads. Default: a worker of ours. */
  readonly spawn?: () => Thread;
}

/** For one job at a time. */
export class ScreenThread {
  readonly #idleMs: number;
  readonly #spawn: () => Thread;
  #thread: Thread | null = null;
  #settle: ((text: string | null) => void) | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor({ idleMs, spawn = spawnWorker }: ScreenThreadOptions) {
    this.#idleMs = idleMs;
    this.#spawn = spawn;
  }

  /** Null when there is no thread, when it fails, and when it takes longer than `ms`. Never rejects. */
  async render(job: ScreenJob, ms: number): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    clearTimeout(this.#idle);
    this.#settle = resolve;
    const timer = setTimeout(() => resolve(null), ms);
    try {
      const thread = this.#thread ?? this.#start();
      thread.ref();
      thread.postMessage(job, [job.bytes.buffer]);
    } catch {
      // No thread can be made, or the system ended it: what was printed is there all the same.
      resolve(null);
    }
    const text = await promise;
    clearTimeout(timer);
    this.#settle = null;
    // It may be at work for minutes, or broken: the next job gets another.
    if (text === null) await this.close();
    else this.#rest();
    return text;
  }

  /** Ends the thread; a job that is under way has no result. The next job makes another. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    this.#settle?.(null);
    try {
      await thread?.terminate();
    } catch {
      // It has ended.
    }
  }

  #start(): Thread {
    const thread = this.#spawn();
    this.#thread = thread;
    const gone = (): void => {
      if (this.#thread !== thread) return;
      this.#thread = null;
      this.#settle?.(null);
    };
    thread.on("message", (text: string) => this.#thread === thread && this.#settle?.(text));
    // It failed on what was printed (the raw output says it all), or could not begin.
    thread.on("error", gone);
    thread.on("exit", gone);
    return thread;
  }

  /** A thread that waits keeps no process alive. */
  #rest(): void {
    this.#thread?.unref();
    this.#idle = setTimeout(() => void this.close(), this.#idleMs);
    this.#idle.unref();
  }
}

function spawnWorker(): Thread {
  // The sibling is `.ts` in the sources.
  const entry = embedded.screenThread ?? `./screen-worker${extname(import.meta.url)}`;
  return new Worker(new URL(entry, import.meta.url), { name: "longhand-screen", execArgv: [], env: {} });
}
