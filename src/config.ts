/** Every setting in one schema: defaults < environment < options. Parsed once, frozen, and each value remembers where it came from. */
import { accessSync, constants } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { LonghandError } from "./base/errors.ts";
import { nearest } from "./base/nearest.ts";
import { parseDuration, parseSize } from "./base/units.ts";

const positive = z.int().min(1);
const count = z.int().min(0);

const shape = {
  /** Database and artifacts; must be on a local disk. */
  stateDir: z.string().min(1),
  /** `sqlite` outlives the process, `memory` does not (artifacts are files in both). */
  store: z.enum(["sqlite", "memory"]),
  /** Pipes and other things of this boot. */
  runtimeDir: z.string().min(1),
  defaultCwd: z.string().min(1),
  /** Runs shell texts that name none: an id, an absolute path, or `auto`. */
  defaultShell: z.string().min(1),
  /** Bytes of output kept per command. */
  maxOutputBytes: positive,
  /** Bytes of inline text per stream. */
  maxInlineBytes: count,
  maxRunning: positive,
  /** Entries of `process.spawn` that a session keeps, running and ended. */
  maxProcesses: positive,
  /** SIGTERM to SIGKILL on a timeout or a close, in ms. */
  stopGraceMs: count,
  /** `auto`: environment and resource limits. `environment`: faster, and an emptied environment escapes. */
  marks: z.enum(["auto", "environment"]),
  artifactMaxAgeMs: count,
  artifactMaxCount: count,
  artifactMaxBytes: count,
  /** A session that nobody attached for so long is closed, in ms. */
  sessionMaxAgeMs: count,
  /** Records of ended handles with delivered results are kept for so long, in ms. */
  recordMaxAgeMs: count,
  injectsInbox: z.boolean(),
} as const;

const schema = z.strictObject(shape);

export type Config = Readonly<z.output<typeof schema>>;
export type ConfigKey = keyof Config;
export type ConfigOptions = { readonly [Key in ConfigKey]?: Config[Key] | undefined };
export type ConfigOrigin = "default" | "environment" | "option";

export interface ResolvedConfig {
  readonly values: Config;
  readonly origins: Readonly<Record<ConfigKey, ConfigOrigin>>;
}

type Read = (text: string) => unknown;
const text: Read = (value) => value;
const yesOrNo: Read = (value) => ({ "1": true, true: true, "0": false, false: false })[value.toLowerCase()] ?? value;

/** Names and readers of the environment variables. Durations and sizes are human: `90s`, `10MB`. */
export const variables: Readonly<Record<ConfigKey, { readonly name: string; readonly read: Read }>> = {
  stateDir: { name: "LONGHAND_STATE_DIR", read: text },
  store: { name: "LONGHAND_STORE", read: text },
  runtimeDir: { name: "LONGHAND_RUNTIME_DIR", read: text },
  defaultCwd: { name: "LONGHAND_CWD", read: text },
  defaultShell: { name: "LONGHAND_DEFAULT_SHELL", read: text },
  maxOutputBytes: { name: "LONGHAND_MAX_OUTPUT", read: parseSize },
  maxInlineBytes: { name: "LONGHAND_MAX_INLINE", read: parseSize },
  maxRunning: { name: "LONGHAND_MAX_RUNNING", read: Number },
  maxProcesses: { name: "LONGHAND_MAX_PROCESSES", read: Number },
  stopGraceMs: { name: "LONGHAND_STOP_GRACE", read: parseDuration },
  marks: { name: "LONGHAND_MARKS", read: text },
  artifactMaxAgeMs: { name: "LONGHAND_ARTIFACT_MAX_AGE", read: parseDuration },
  artifactMaxCount: { name: "LONGHAND_ARTIFACT_MAX_COUNT", read: Number },
  artifactMaxBytes: { name: "LONGHAND_ARTIFACT_MAX_BYTES", read: parseSize },
  sessionMaxAgeMs: { name: "LONGHAND_SESSION_MAX_AGE", read: parseDuration },
  recordMaxAgeMs: { name: "LONGHAND_RECORD_MAX_AGE", read: parseDuration },
  injectsInbox: { name: "LONGHAND_INJECTS_INBOX", read: yesOrNo },
};

const day = 24 * 60 * 60 * 1_000;
const week = 7 * day;
const gib = 1024 ** 3;

function defaults(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const stateHome = env["XDG_STATE_HOME"] || join(homedir() || userInfo().homedir, ".local", "state");
  return {
    stateDir: join(stateHome, "longhand"),
    store: "sqlite",
    runtimeDir: usable(env["XDG_RUNTIME_DIR"]) ?? tmpdir(),
    defaultCwd: cwd,
    defaultShell: "auto",
    maxOutputBytes: gib,
    maxInlineBytes: 50_000,
    maxRunning: 4_096,
    maxProcesses: 64,
    stopGraceMs: 5_000,
    marks: "auto",
    artifactMaxAgeMs: week,
    artifactMaxCount: 10_000,
    artifactMaxBytes: 20 * gib,
    sessionMaxAgeMs: week,
    recordMaxAgeMs: 90 * day,
    injectsInbox: false,
  };
}

/** Throws `invalid_parameter` that names the option or the variable. */
export function resolveConfig(
  options: ConfigOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
  cwd: string = currentDirectory(env),
): ResolvedConfig {
  for (const key of Object.keys(options)) {
    if (!(key in shape)) throw unknownSetting(key);
  }
  const values: Record<string, unknown> = { ...defaults(env, cwd) };
  const origins: Record<string, ConfigOrigin> = {};
  for (const key of Object.keys(shape) as ConfigKey[]) {
    origins[key] = "default";
    const { name, read } = variables[key];
    const raw = env[name];
    if (raw !== undefined && raw !== "") {
      values[key] = checked(key, read(raw), name, raw);
      origins[key] = "environment";
    }
    if (options[key] !== undefined) {
      values[key] = checked(key, options[key], key, String(options[key]));
      origins[key] = "option";
    }
  }
  return Object.freeze({
    values: Object.freeze(values) as Config,
    origins: Object.freeze(origins) as Record<ConfigKey, ConfigOrigin>,
  });
}

function unknownSetting(key: string): LonghandError {
  const near = nearest(key, Object.keys(shape));
  const hint = near === null ? "" : `; did you mean ${near}?`;
  return new LonghandError("invalid_parameter", `${key} is not a setting${hint}`, { param: key });
}

function checked(key: ConfigKey, value: unknown, name: string, raw: string): unknown {
  const parsed = shape[key].safeParse(value);
  if (parsed.success) return parsed.data;
  const expected = parsed.error.issues[0]?.message ?? "another value";
  throw new LonghandError("invalid_parameter", `${name}: ${JSON.stringify(raw)} is not valid: ${expected}`, {
    param: name,
    details: { expected, got: raw },
  });
}

/** One variable of this process that is no setting: what the command line is told to pass on, or how much it says. */
export function ownVariable(name: string): string | undefined {
  return process.env[name];
}

/** `su`, cron and containers leave a runtime directory behind that is missing or somebody else's; nobody chose it for us. */
function usable(directory: string | undefined): string | undefined {
  if (directory === undefined || directory === "") return undefined;
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch {
    return undefined;
  }
}

/** One that was removed has its name still: a command that names no other is refused by it. */
function currentDirectory(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    return env["PWD"] || "/";
  }
}
