/** The profile for agent loops: few tools, small schemas, and defaults that make the common case one call that cannot hang. */
import { z } from "zod";
import { asLonghandError, LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { commandSignals } from "../handle/signal-command.ts";
import type { AgentCallOptions, AgentSession } from "../session/agent-session.ts";
import { errorText } from "./agent-advice.ts";
import { parseInput } from "./input.ts";
import { inputSchema } from "./input-schema.ts";

export interface AgentTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema, draft 2020-12. */
  readonly inputSchema: JsonObject;
  /** The same in zod, for what takes nothing else. */
  readonly schema: z.ZodObject;
  /** Never rejects: what we could not do is a text for the model, beginning with `[error KIND]`, and `isError`. */
  execute(input: unknown, options?: AgentCallOptions): Promise<AgentToolResult>;
}

export interface AgentToolResult {
  /** For the model. */
  readonly text: string;
  /** For programs: the JSON of the contract, or `{error}`. */
  readonly data: JsonObject;
  readonly isError: boolean;
}

/** 10 s: nine of ten commands end within, and no model waits long for the others. */
const backgroundAfterMs = 10_000;
const waitMs = 30_000;
/** Whoever is talked to is ready, or busy with something long, within a second. */
const talkMs = 1_000;
const replyMs = 5_000;

interface Profile {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** The contract's tool, where it is not the one of the same name. */
  readonly toolFor?: (input: Record<string, unknown>) => string;
  /** From the small input to the contract's. */
  readonly toInput: (input: Record<string, unknown>) => Record<string, unknown>;
}

/** For servers: one of the three signs. What is wrong with it, the contract says. */
const ready = z
  .strictObject({
    port: z.int().optional(),
    http: z.string().optional().describe("URL or :PORT/PATH"),
    pattern: z.string().optional(),
    regex: z.boolean().optional(),
    owner: z.enum(["tree", "any"]).optional(),
    timeout_ms: z.int().min(0).optional(),
  })
  .describe("Server: answer when it listens on port, answers http or prints pattern (one of them)");

const handle = z.string().describe("Handle like h7");

const profiles: readonly Profile[] = [
  {
    name: "run_command",
    description:
      "Run a shell text (command) or a program (argv). Answers with the result, or after 10 s with a handle while the command goes on; " +
      "the answer says how its result comes.",
    input: z.strictObject({
      command: z.string().optional(),
      argv: z.array(z.string()).optional(),
      cwd: z.string().optional(),
      env: z.record(z.string(), z.string()).optional().describe("Added to the environment"),
      stdin: z.string().optional().describe('Text; "open": for write_stdin'),
      pty: z
        .strictObject({ cols: z.int().optional(), rows: z.int().optional() })
        .optional()
        .describe("Run in a terminal, for write_stdin"),
      timeout_ms: z.int().min(0).optional().describe("End it after this long"),
      background_after_ms: z.int().min(0).optional().describe("Default 10000; 0 answers at once"),
      ready: ready.optional(),
      label: z.string().max(200).optional(),
    }),
    toInput: (input) => ({
      // Readiness has a deadline of its own.
      ...(input["ready"] === undefined
        ? { background_after_ms: isInteractive(input) ? talkMs : backgroundAfterMs }
        : {}),
      capture: { merge_stderr: true },
      env_mode: "patch",
      ...withOneCommand(input),
    }),
  },
  {
    name: "wait_command",
    description: "Wait until a command in the background has ended, or has printed pattern. Never stops it.",
    input: z.strictObject({
      handle_id: handle,
      timeout_ms: z.int().min(0).optional().describe("Default 30000"),
      pattern: z.string().min(1).optional().describe("Earlier output counts too; from_offset skips it"),
      regex: z.boolean().optional(),
      from_offset: z.int().min(0).optional(),
    }),
    toolFor: (input) => (input["pattern"] === undefined ? "wait_command" : "wait_command_output"),
    toInput: (input) => ({ timeout_ms: waitMs, ...withPattern(input) }),
  },
  {
    name: "read_command_output",
    description: "Read output by lines (negative: from the end) or bytes, while the command runs and after.",
    input: z.strictObject({
      handle_id: handle,
      stream: z.enum(["combined", "stdout", "stderr", "result", "screen"]).optional(),
      from_line: z.int().optional(),
      to_line: z.int().optional(),
      offset: z.int().optional().describe("Bytes"),
      length: z.int().min(0).optional().describe("Bytes"),
    }),
    toInput: (input) => ({ ...input }),
  },
  {
    name: "write_stdin",
    description: "Type into a command with open stdin or pty, or signal one; answers with its reply.",
    input: z.strictObject({
      handle_id: handle,
      text: z.string().optional().describe("Lines end in \\n; Ctrl-C is signal SIGINT"),
      eof: z.boolean().optional(),
      signal: z.enum(commandSignals).optional(),
      wait_ms: z.int().min(0).optional().describe("For the reply; default 5000"),
    }),
    toInput: (input) => ({ wait_ms: replyMs, ...input }),
  },
  {
    name: "cancel_handle",
    description: "Stop a command and everything it started; answers with its final result.",
    input: z.strictObject({
      handle_id: handle.optional(),
      port: z.int().optional().describe("Instead: who listens there"),
      reason: z.string().max(1_000).optional(),
    }),
    // The stop takes 2 s at most; the rest is for the last output.
    toInput: (input) => ({ wait_result_ms: 5_000, ...input }),
  },
  {
    name: "list_handles",
    description: 'List commands: the running ones, or all with state "any".',
    input: z.strictObject({ state: z.enum(["running", "ended", "any"]).optional() }),
    toInput: (input) => ({ ...input }),
  },
];

export function agentTools(session: AgentSession): readonly AgentTool[] {
  return profiles.map(({ name, description, input, toolFor, toInput }) => ({
    name,
    description,
    inputSchema: inputSchema(input),
    schema: input,
    execute: async (asked, options = {}) => {
      try {
        const small = parseInput(input, asked ?? {}, name) as Record<string, unknown>;
        const { text, data } = await session.call(toolFor?.(small) ?? name, toInput(small), options);
        return { text, data, isError: false };
      } catch (thrown) {
        const error = asLonghandError(thrown).inTool(name);
        return {
          text: errorText(error),
          data: { error: { ...error.toJSON() } as JsonObject },
          isError: true,
        };
      }
    },
  }));
}

function isInteractive({ stdin, pty }: Record<string, unknown>): boolean {
  return stdin === "open" || pty !== undefined;
}

/** Without a pattern its options would be ignored; spelled out as they are by default, they may be. */
function withPattern(input: Record<string, unknown>): Record<string, unknown> {
  if (input["pattern"] !== undefined) return input;
  const { regex = false, from_offset: offset = 0, ...rest } = input;
  if (regex === false && offset === 0) return rest;
  const message = `${regex === false ? "from_offset" : "regex"} goes with pattern: give one`;
  throw new LonghandError("missing_parameter", message, { param: "pattern" });
}

/** Which of the two was meant, nobody can know. */
function withOneCommand(input: Record<string, unknown>): Record<string, unknown> {
  const both = input["command"] !== undefined && input["argv"] !== undefined;
  if (!both && (input["command"] !== undefined || input["argv"] !== undefined)) return input;
  const message = both
    ? "command and argv are both given: leave one out"
    : "give command (a shell text) or argv (a program and its arguments)";
  throw new LonghandError(both ? "invalid_parameter" : "missing_parameter", message, { param: "command" });
}
