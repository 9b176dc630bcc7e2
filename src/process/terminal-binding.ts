/** The one thing about terminals that Node cannot do itself: make a pair, and change its size. From an optional add-on, loaded when first needed. */
import { createRequire } from "node:module";
import { LonghandError } from "../base/errors.ts";

export interface TerminalBinding {
  /** Both ends, non-blocking and without close-on-exec, and the path of the slave. */
  open(cols: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  /** Whoever is in the foreground of the terminal gets SIGWINCH. */
  resize(master: number, cols: number, rows: number): void;
}

const addOn = "@lydell/node-pty";

/**
 * Only the native part of the add-on is used, because commands are started in one way only. Throws `unsupported` (`pty`) when it is not
 * installed, has no build for this machine, or would crash the process.
 */
export function loadTerminalBinding(): TerminalBinding {
  if (isMusl()) throw unsupported("the add-on for terminals is built for glibc, and this system has musl");
  const require = createRequire(import.meta.url);
  let native: unknown;
  try {
    const inAddOn = createRequire(require.resolve("@lydell/node-pty"));
    native = inAddOn(`${addOn}-${process.platform}-${process.arch}/pty.node`);
  } catch (error) {
    const advice = `install it (npm install ${addOn}), optional dependencies included`;
    throw unsupported(
      `the optional package ${addOn} is missing or has no build for ${process.platform}-${process.arch}: ${advice}`,
      error,
    );
  }
  if (isBinding(native)) return native;
  throw unsupported(`the installed ${addOn} is not the version that is known here`);
}

function unsupported(why: string, cause?: unknown): LonghandError {
  return new LonghandError("unsupported", `pty is not available: ${why}.`, {
    param: "pty",
    ...(cause === undefined ? {} : { cause }),
  });
}

function isBinding(native: unknown): native is TerminalBinding {
  const { open, resize } = (native ?? {}) as Partial<TerminalBinding>;
  return typeof open === "function" && typeof resize === "function";
}

/** There the add-on does not fail to load but takes the process down. */
function isMusl(): boolean {
  if (process.platform !== "linux") return false;
  // Typed without what Node 22 added: the report looks up names of peers unless told not to.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
    return header !== undefined && header.glibcVersionRuntime === undefined;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}
