/** From the fields of `run_command` to what the supervisor runs. */
import { LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { Inspection } from "../findings/findings.ts";
import type { CaptureSettings, HandleRequest, ProgressSettings } from "../handle/request.ts";
import { type Command, createCommand, type Stdin } from "../process/command.ts";
import { buildEnvironment } from "../process/environment.ts";
import type { Call } from "../session/call.ts";
import type { Session, SessionParts, SessionSettings } from "../session/session.ts";
import type { RunCommandInput } from "./run-command-input.ts";

/** How long the call itself waits for the result: `Infinity` in the foreground, 0 for a handle at once. */
export function waitMsOf(input: RunCommandInput): number {
  if (input.background_after_ms !== undefined) return input.background_after_ms;
  return (input.background ?? input.long_running ?? false) ? 0 : Number.POSITIVE_INFINITY;
}

/** `stdinFd`: a file descriptor for its stdin, when the input gives none. */
export function commandOf(
  input: RunCommandInput,
  { settings, environment, shells }: SessionParts,
  stdinFd?: number,
): Command {
  const env = buildEnvironment({
    mode: input.env_mode,
    env: input.env ?? {},
    remove: input.env_remove,
    inherited: environment,
    terminal: input.pty !== undefined,
  });
  const stdin = stdinOf(input, stdinFd);
  const terminal = input.pty ?? null;
  const common = { cwd: input.cwd ?? "", defaultCwd: settings.defaultCwd, env, stdin, terminal };
  if (modeOf(input) === "argv") return createCommand({ ...common, mode: "argv", argv: input.argv });
  const shell = shells.resolve(shellOf(input));
  const { command, login, interactive } = input;
  const invocation = { ...(shell === undefined ? {} : { shell }), login, interactive };
  return createCommand({ ...common, mode: "shell", command, shell: invocation });
}

function stdinOf({ stdin, pty }: RunCommandInput, fd: number | undefined): Stdin {
  const text = typeof stdin === "object" && "text" in stdin ? stdin.text : stdin;
  // As an object it is the word itself.
  const isOpen = stdin === "open" || typeof text === "object";
  if (typeof text === "string" && !isOpen) return { kind: "bytes", bytes: new TextEncoder().encode(text) };
  if (isOpen || pty !== undefined) return { kind: "open" };
  return fd === undefined ? { kind: "none" } : { kind: "fd", fd };
}

export interface RequestContext {
  readonly session: Session;
  readonly call: Call;
  readonly requestId: string | undefined;
  readonly handleId: string;
  readonly inspection: Inspection | null;
}

export function requestOf(
  input: RunCommandInput,
  command: Command,
  { session, call, requestId, handleId, inspection }: RequestContext,
): HandleRequest {
  const { settings } = session.parts;
  if (input.lifetime === "detached") {
    throw new LonghandError(
      "unsupported",
      'lifetime "detached" is not supported yet: every handle ends with its session',
      {
        param: "lifetime",
      },
    );
  }
  const capture = captureOf(input, settings);
  return {
    kind: "command",
    handleId,
    owner: session.id,
    requestId: requestId ?? newId("call"),
    callId: call.id,
    label: input.label ?? null,
    command,
    capture,
    timeoutMs: input.timeout_ms || null,
    maxOutputBytes: input.max_output_bytes ?? settings.maxOutputBytes,
    leftovers: input.leftovers,
    progress: progressOf(input, capture),
    inspection,
  };
}

function modeOf(input: RunCommandInput): "argv" | "shell" {
  if (input.mode !== undefined) return input.mode;
  if (input.command === undefined) return "argv";
  if (input.argv === undefined) return "shell";
  throw new LonghandError(
    "invalid_parameter",
    "command and argv are both given: leave one out, or say which with mode",
    {
      param: "command",
      details: { expected: "command or argv", got: "both" },
    },
  );
}

function shellOf(input: RunCommandInput): string | undefined {
  if (typeof input.shell === "string") return input.shell;
  return input.shell?.path ?? input.shell?.id ?? input.shell_id;
}

function captureOf(input: RunCommandInput, settings: SessionSettings): CaptureSettings {
  const { capture, pty } = input;
  const transport = capture?.transport ?? "pipe";
  if (pty !== undefined && transport === "file") {
    throw new LonghandError("invalid_parameter", "capture.transport file does not go with pty: a terminal is read", {
      param: "capture.transport",
      details: { expected: "pipe", got: transport },
    });
  }
  return {
    merge: pty !== undefined || capture?.merge_stderr === true || input.capture_stderr === false,
    previewBytes: input.max_inline_bytes ?? capture?.max_inline_bytes ?? settings.maxInlineBytes,
    transport,
  };
}

function progressOf(input: RunCommandInput, capture: CaptureSettings): ProgressSettings | null {
  const intervalMs = input.progress_interval_ms || null;
  if (intervalMs === null) return null;
  return {
    intervalMs,
    maxIntervalMs: Math.max(intervalMs, input.progress_max_interval_ms),
    maxInlineBytes: input.progress_max_inline_bytes ?? capture.previewBytes,
  };
}
