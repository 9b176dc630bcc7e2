/** Makes terminals for commands. One per launcher, which is also told which descriptors no child may have. */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { errnoOf, LonghandError } from "../base/errors.ts";
import type { ChunkSink, InputIdentity } from "./child.ts";
import type { FdBudget } from "./fd-budget.ts";
import type { OwnedInputPipe } from "./input-pipe.ts";
import type { TerminalBinding } from "./terminal-binding.ts";
import { TerminalInput } from "./terminal-input.ts";
import { TerminalOutput, type TerminalOutputOptions } from "./terminal-output.ts";
import { checkTerminalSize, type TerminalSize } from "./terminal-size.ts";

export interface Terminal {
  readonly input: OwnedInputPipe;
  readonly output: TerminalOutput;
  readonly identity: InputIdentity;
  readonly size: TerminalSize;
  /** False when it is gone. Throws `invalid_parameter`. */
  resize(size: TerminalSize): boolean;
  /** The argv that makes the slave the terminal of its session, and then becomes `argv`. */
  wrap(argv: readonly string[]): readonly string[];
}

export interface TerminalsOptions {
  readonly load: () => TerminalBinding;
  readonly budget: FdBudget;
  readonly clock: Clock;
}

/** Master and slave. */
const descriptors = 2;
const device = "/dev/ptmx";

export class Terminals {
  readonly #options: TerminalsOptions;
  /** Not their numbers: one that is closed may be another's by the time at which that is heard. */
  readonly #open = new Set<TerminalOutput>();
  #binding: TerminalBinding | null = null;

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /**
   * Masters that are open now. They have no close-on-exec, and no way to give it to them: each child would hold every terminal there is,
   * and could type into it.
   */
  get masters(): ReadonlySet<number> {
    return new Set([...this.#open].filter(({ isGone }) => !isGone).map(({ master }) => master));
  }

  /** Throws `unsupported` (`pty`) where there can be none. */
  check(): void {
    this.#binding ??= this.#options.load();
  }

  /** Reading has begun when it returns. Throws `unsupported`, `capacity` or `unavailable`; then nothing is open. */
  open(size: TerminalSize, sink: ChunkSink, buffer: Uint8Array): Terminal {
    checkTerminalSize(size);
    this.#binding ??= this.#options.load();
    const binding = this.#binding;
    const release = this.#options.budget.reserve(descriptors);
    let output: TerminalOutput | null = null;
    try {
      const { master, slave, path } = openPair(binding, size);
      output = outputOf({ master, slave, sink, buffer });
      const made = output;
      this.#open.add(made);
      void made.closed.then(() => {
        this.#open.delete(made);
        release();
      });
      return terminalOf({ binding, size, master, path, output, slave, clock: this.#options.clock });
    } catch (error) {
      // Whoever reads has both ends by then, and gives them back.
      if (output === null) release();
      else output.destroy();
      throw error;
    }
  }
}

/** Takes over both ends, or closes them. */
function outputOf(options: TerminalOutputOptions): TerminalOutput {
  try {
    return new TerminalOutput(options);
  } catch (error) {
    closeSync(options.slave);
    closeSync(options.master);
    // ERR_TTY_INIT_FAILED, which carries what the system said.
    const { info } = error as { readonly info?: unknown };
    throw whyNot(info ?? error);
  }
}

interface Parts {
  readonly binding: TerminalBinding;
  readonly size: TerminalSize;
  readonly master: number;
  readonly slave: number;
  readonly path: string;
  readonly output: TerminalOutput;
  readonly clock: Clock;
}

function terminalOf({ binding, size, master, slave, path, output, clock }: Parts): Terminal {
  let current = size;
  return {
    output,
    input: new TerminalInput({ fd: master, isGone: () => output.isGone, clock }),
    identity: { rdev: fstatSync(slave, { bigint: true }).rdev },
    get size() {
      return current;
    },
    resize(wanted) {
      checkTerminalSize(wanted);
      if (output.isGone) return false;
      try {
        binding.resize(master, wanted.cols, wanted.rows);
      } catch {
        // It hangs up in this moment.
        return false;
      }
      current = wanted;
      return true;
    },
    // A session leader without a terminal gets the first that it opens; a shell is the only one who is everywhere and opens files for others.
    wrap: (argv) => ["/bin/sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', path, ...argv],
  };
}

interface Pair {
  readonly master: number;
  readonly slave: number;
  readonly path: string;
}

function openPair(binding: TerminalBinding, { cols, rows }: TerminalSize): Pair {
  const made = attempt(() => binding.open(cols, rows));
  const { master, slave: inheritable, pty: path } = made;
  try {
    // Our own, which closes on exec: a child with a copy of it would keep the terminal of another command open.
    const slave = attempt(() => openSync(path, constants.O_RDWR | constants.O_NOCTTY));
    return { master, slave, path };
  } catch (error) {
    closeSync(master);
    throw error;
  } finally {
    closeSync(inheritable);
  }
}

function attempt<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw whyNot(error);
  }
}

/** The add-on tells no errno: the same is tried once more, to hear it. */
function whyNot(error: unknown): LonghandError {
  const errno = errnoOf(error) ?? errnoOfOpening() ?? "EIO";
  const message = `A terminal could not be made: ${reasons[errno] ?? "the system refuses"} (${errno}).`;
  return new LonghandError(lacks.has(errno) ? "capacity" : "unavailable", message, {
    param: "pty",
    details: { errno },
    cause: error,
  });
}

function errnoOfOpening(): string | undefined {
  try {
    closeSync(openSync(device, constants.O_RDWR | constants.O_NOCTTY));
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

const lacks: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOSPC", "ENOMEM", "EAGAIN"]);

const reasons: Readonly<Record<string, string>> = {
  EMFILE: "this process has no file descriptor left",
  ENFILE: "the machine has no file descriptor left",
  ENOSPC: "the machine has no terminal left",
  ENOENT: `there is no ${device}`,
};
