/** Vercel's AI SDK (`ai` 6 and 7): the session's tools, and its inbox as a message at the start of a step. Imports nothing of it. */
import type { JsonObject } from "../base/json.ts";
import type { AgentSession } from "../session/agent-session.ts";
import { type AgentTool, type AgentToolResult, agentTools } from "../tools/agent-tools.ts";
import { MailDelivery, type SaveMail } from "./mail-delivery.ts";
import { type AnyMessage, amongMade, inPlace, type MailMessage, type PlacedMail, stands } from "./placed-mail.ts";
import { runTool } from "./run-tool.ts";

export interface AiSdkOptions {
  /** Of the mail that one step gets, default 2000. */
  readonly maxTokens?: number;
  /**
   * Writes the mail into your transcript, before the model sees it; acknowledged when it has resolved. When it rejects, the run does, and
   * the mail comes again. Without it: acknowledged when the model has answered the step that had the mail and the run has gone on to its next
   * step, or ended with that answer.
   */
  readonly save?: SaveMail;
}

/** One per agent, for all of its runs, one after the other. */
export interface AiSdk {
  readonly tools: Record<string, AiSdkTool>;
  /** Puts what lies in the inbox behind the messages of the step, and keeps it there in the later steps of the run. */
  prepareStep<Message extends AnyMessage>(
    step: AiSdkStep<Message>,
  ): Promise<{ messages: (Message | MailMessage)[] } | undefined>;
  /** Without it, and without `save`, a mail that came with the last step of a run comes again with the next run. */
  onStepFinish(step: Pick<AiSdkStepResult, "finishReason" | "toolCalls">): Promise<void>;
  /**
   * For a history that `save` does not write. Takes all response messages of the last run (`result.responseMessages`, in 6
   * `result.response.messages`) and puts the mail between them, where the model saw it.
   */
  withMail<Message extends AnyMessage>(responseMessages: readonly Message[]): (Message | MailMessage)[];
}

export interface AiSdkTool {
  readonly description: string;
  /** A Standard Schema, which both majors take. Any input passes: the tool itself says best what is wrong with one. */
  readonly inputSchema: {
    readonly "~standard": {
      readonly version: 1;
      readonly vendor: "longhand";
      validate(value: unknown): { readonly value: unknown };
      readonly jsonSchema: { input(): JsonObject; output(): JsonObject };
    };
  };
  /** Rejects only when the run was aborted. */
  execute(
    input: unknown,
    call: { toolCallId: string; abortSignal?: AbortSignal | undefined },
  ): Promise<AgentToolResult>;
  /** The model gets the text; `data` is for the program and its user interface. */
  toModelOutput(result: { output: AgentToolResult }): { type: "text" | "error-text"; value: string };
}

export interface AiSdkStep<Message extends AnyMessage> {
  readonly messages: readonly Message[];
  /** The ones before; a run begins with none. */
  readonly steps: readonly AiSdkStepResult[];
  /** Of all of them; only 7 gives it. */
  readonly responseMessages?: readonly unknown[];
}

export interface AiSdkStepResult {
  readonly finishReason: string;
  readonly toolCalls?: readonly unknown[];
  /** In 6 those of all steps so far. */
  readonly response: { readonly messages: readonly unknown[] };
}

export function aiSdk(session: AgentSession, { maxTokens = 2_000, save }: AiSdkOptions = {}): AiSdk {
  const delivery = new MailDelivery(session.inbox, { maxTokens, save });
  /** Of the run that goes on, else of the last. */
  let placed: PlacedMail[] = [];
  /** The step that had the newest has ended with an answer. */
  let isAnswered = false;
  /** Of the newest call. */
  let callSignal: AbortSignal | undefined;

  /** A run that was aborted among the tools of a step is thrown away with that step, which ends like any other. */
  const onStepFinish: AiSdk["onStepFinish"] = async ({ finishReason, toolCalls = [] }) => {
    isAnswered = finishReason !== "error" && finishReason !== "interrupted";
    const goesOn = finishReason === "tool-calls" || toolCalls.length > 0;
    if (isAnswered && !goesOn) await delivery.answered();
  };

  return {
    tools: Object.fromEntries(
      agentTools(session).map((tool) => [tool.name, toolOf(tool, (newest) => (callSignal = newest))]),
    ),
    onStepFinish,
    async prepareStep({ messages, steps, responseMessages }) {
      const before = steps.at(-1);
      // 6 begins one more step of a run that was aborted. 7 does not: there it was the timeout of one tool.
      if (before !== undefined && responseMessages === undefined && callSignal?.aborted) return undefined;
      callSignal = undefined;
      if (before === undefined) placed = [];
      else await onStepFinish(before);
      if (before !== undefined && isAnswered) await delivery.answered();
      const made = responseMessages?.length ?? before?.response.messages.length ?? 0;
      const mail = await delivery.next((claimed) => stands(claimed, messages));
      if (mail !== null) {
        await delivery.give(mail);
        isAnswered = false;
        const isPlaced = placed.some((place) => place.mail.id === mail.id);
        const message = { role: "user", content: mail.text } as const;
        if (!isPlaced) placed.push({ mail, message, after: messages.at(-1), made });
      }
      return placed.length === 0 ? undefined : { messages: inPlace(messages, placed) };
    },
    withMail(responseMessages) {
      // One that was not answered comes again.
      const answered = placed.filter(({ mail }) => isAnswered || mail.id !== delivery.unanswered?.id);
      return amongMade(responseMessages, answered);
    },
  };
}

function toolOf(tool: AgentTool, onCall: (signal: AbortSignal | undefined) => void): AiSdkTool {
  // A copy each time: the AI SDK writes into it.
  const jsonSchema = (): JsonObject => structuredClone(tool.inputSchema);
  return {
    description: tool.description,
    inputSchema: {
      "~standard": {
        version: 1,
        vendor: "longhand",
        validate: (value) => ({ value }),
        jsonSchema: { input: jsonSchema, output: jsonSchema },
      },
    },
    execute(input, { toolCallId, abortSignal }) {
      onCall(abortSignal);
      return runTool(tool, input, {
        callId: toolCallId,
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
    },
    toModelOutput: ({ output: { text, isError } }) => ({ type: isError ? "error-text" : "text", value: text }),
  };
}
