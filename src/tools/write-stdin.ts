/** `write_stdin`: talks to a running command: input, end of file, signals, the size of its terminal; and hears the reply. */
import type { JsonObject } from "../base/json.ts";
import { waitForReply } from "../handle/wait-for-reply.ts";
import { deliveryOf, endedAnswer, goesOn } from "./answer.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { checkSession } from "./session-field.ts";
import { type Talk, talkTo } from "./talk.ts";
import { type TalkTarget, talkTarget } from "./talk-target.ts";
import { defineTool, type ToolAnswer } from "./tool.ts";
import { waitForReport } from "./wait-for-report.ts";
import { talkText, talkToWire, writtenAnswer } from "./write-stdin-answer.ts";
import { bytesOf, writeStdinInput } from "./write-stdin-input.ts";

export const writeStdin = defineTool({
  name: "write_stdin",
  description:
    'Write to a running command that was started with stdin "open" or pty; send end of file, a signal, or a new size of the terminal. ' +
    "With wait_ms it answers with the reply.",
  input: writeStdinInput,
  run: async (asked, { session, call }) => {
    checkSession(session, asked.session_id);
    const bytes = bytesOf(asked);
    const target = talkTarget(await resolveHandle(session, asked.handle_id));
    const before = target.recorder.bytes("combined");
    const talk = await talkTo(asked, bytes, target, { session, call });
    const { clock } = session.parts;
    using reply = waitForReply(target.handle, { clock, before, typed: typedOf(bytes, target) });
    const waited = await waitForReport(target.handle, { session, call, ms: asked.wait_ms, until: reply.replied });
    if (waited.ended) return endedBy(talk, endedAnswer(waited.carried.report, deliveryOf(waited.carried)));
    const written = await writtenAnswer(target, talk, { session, before });
    return waited.because === "cancelled" ? { ...written, givenUp: goesOn(target.handle) } : written;
  },
});

/** A terminal shows it. */
function typedOf(text: Uint8Array | null, { child }: TalkTarget): string {
  return text === null || child.terminal === null ? "" : Buffer.from(text).toString("utf8");
}

function endedBy(talk: Talk, answer: ToolAnswer): ToolAnswer {
  const data: JsonObject = { ...answer.data, ...talkToWire(talk) };
  return { ...answer, data, text: [answer.text, ...talkText(talk)].join("\n") };
}
