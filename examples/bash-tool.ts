/** A bash tool for a coding agent, to copy: live output, approval, stop, move to the background, resume. */
import { type AgentTool, agentTools, type ConfigOptions, createRuntime, type OutputUpdate } from "longhand";

export interface BashToolOptions {
  /** Of the conversation: the same id goes on with it, also after a crash. */
  readonly id: string;
  /** The `id` of the newest mail in the transcript that you saved. */
  readonly lastMail?: string;
  /** Asked before anything is started; the signal says that the question is void. */
  readonly approve: (command: string, signal: AbortSignal) => Promise<boolean>;
  /** What the command of a call prints, as it prints it, also in the background. Of much at once it is the newest. */
  readonly onOutput: (callId: string, text: string) => void;
  /** `defaultCwd`, `stateDir` and other settings. */
  readonly settings?: ConfigOptions;
}

export async function createBashTool({ id, lastMail, approve, onOutput, settings }: BashToolOptions) {
  const runtime = await createRuntime({
    ...settings,
    injectsInbox: true, // nextMail() stands in front of each model call: answers tell the model not to poll
    approve: async ({ command, signal }) =>
      (await approve(command, signal)) ? { decision: "allow" } : { decision: "deny", reason: "the user said no" },
  });
  const session = await runtime.openSession({ id, ...(lastMail === undefined ? {} : { lastClaim: lastMail }) });
  const tools = agentTools(session).map((tool): AgentTool => {
    return tool.name === "run_command" ? { ...tool, name: "bash" } : tool;
  });

  return {
    /** Tell the model the name, description and inputSchema of each. */
    tools,

    /** A call of the model. Never rejects: the result is `text`, and `isError` when nothing was run. */
    async call(callId: string, name: string, input: unknown) {
      const tool = tools.find((known) => known.name === name);
      if (tool === undefined) return { text: `[error not_found] there is no tool ${name}`, isError: true };
      const show = ({ text, skipped }: OutputUpdate) =>
        onOutput(callId, skipped === 0 ? text : `[… ${skipped} bytes not shown …]\n${text}`);
      return tool.execute(input, { callId, onOutput: show });
    },

    /** Esc: this one call ends with all that it started, and answers so; the agent goes on. */
    stop: (callId: string) => session.cancelCall(callId, { by: "user", reason: "Esc" }),

    /** Ctrl+B: the call answers now, the command goes on, and its result is mail. */
    moveToBackground: (callId: string) => session.moveToBackground(callId),

    /** Before each model call: results that came, or null. Append `text`, save your transcript with `id`, then `ack()`. */
    nextMail: () => session.inbox.claim(),

    /** Calls back when there is mail, for an agent that is idle. */
    onMail: (wake: () => void) => session.inbox.onReady(wake),

    /** Stops what runs. What nobody has read is mail of the next one with this id. */
    close: () => runtime.close(),
  };
}
