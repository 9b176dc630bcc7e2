import { expect, it } from "vitest";
import { claudeAgentSdk } from "../../../src/sdk/claude-agent-sdk.ts";
import type { AgentSession } from "../../../src/session/agent-session.ts";
import { fakeInbox } from "../../support/fake-inbox.ts";

it("a mail whose acknowledgement has failed is not saved again, and is told with the next step", async () => {
  const inbox = fakeInbox("one");
  const saved: string[] = [];
  const adapter = claudeAgentSdk({ inbox } as unknown as AgentSession, { save: ({ id }) => void saved.push(id) });
  const [hook] = adapter.hooks.PostToolBatch?.[0]?.hooks ?? [];
  const input = { hook_event_name: "PostToolBatch" as const, session_id: "s", transcript_path: "/no/such", cwd: "/" };
  const step = async () => hook?.({ ...input, tool_calls: [] }, undefined, { signal: new AbortController().signal });
  inbox.failures = 1;
  await expect(step()).rejects.toThrow("busy");
  expect(await step()).toMatchObject({ hookSpecificOutput: { additionalContext: "[one]\none" } });
  expect([saved, inbox.acked]).toEqual([["one"], ["one"]]);
});
