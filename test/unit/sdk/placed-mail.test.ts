import { describe, expect, it } from "vitest";
import { type AnyMessage, amongMade, inPlace, type PlacedMail, stands } from "../../../src/sdk/placed-mail.ts";
import type { Mail } from "../../../src/session/inbox.ts";

const user = (content: unknown): AnyMessage => ({ role: "user", content });
const model = (content: unknown): AnyMessage => ({ role: "assistant", content });
const results = (content: unknown): AnyMessage => ({ role: "tool", content });

function mail(text: string): Mail {
  const settled = async () => true;
  return { id: `clm_${text}`, text, messages: [], redelivered: false, ack: settled, release: settled };
}

function placed(text: string, { after, made = 0 }: { after?: AnyMessage; made?: number } = {}): PlacedMail {
  return { mail: mail(text), message: { role: "user", content: text }, after, made };
}

const contents = (messages: readonly AnyMessage[]) => messages.map(({ content }) => content);

describe("in a model input", () => {
  const question = user("question");
  const first = model("first");
  const second = model("second");

  it("each mail stands behind the message that it came after", () => {
    const all = [placed("mail 1", { after: question }), placed("mail 2", { after: first })];
    expect(contents(inPlace([question, first, second], all))).toEqual([
      "question",
      "mail 1",
      "first",
      "mail 2",
      "second",
    ]);
  });

  it("one that was kept is not put in again, in whatever form it was kept", () => {
    const parts = user([{ type: "text", text: "mail" }]);
    for (const kept of [user("mail"), parts]) {
      const messages = [question, kept, first];
      expect(inPlace(messages, [placed("mail", { after: question })])).toEqual(messages);
    }
    expect(stands(mail("mail"), [user("mail, and more"), user([{ type: "image" }]), user(null)])).toBe(false);
  });

  it("it stands at the end when the one before it is gone", () => {
    const all = [placed("mail", { after: question })];
    expect(contents(inPlace([user("a summary"), second], all))).toEqual(["a summary", "second", "mail"]);
    expect(contents(inPlace([], [placed("mail")]))).toEqual(["mail"]);
  });

  it("the messages that were given are left as they were", () => {
    const messages = Object.freeze([question]);
    expect(inPlace(messages, [placed("mail", { after: question })])).toHaveLength(2);
  });
});

describe("among the messages that a run has made", () => {
  it("each stands before the step that it came with", () => {
    const made = [model("call"), results("result"), model("done")];
    const all = [placed("at once"), placed("later", { made: 2 }), placed("at the end", { made: 3 })];
    const expected = ["at once", "call", "result", "later", "done", "at the end"];
    expect(contents(amongMade(made, all))).toEqual(expected);
  });

  it("the results of calls that were approved before the run stay with their calls", () => {
    const made = [results("approved"), model("done")];
    expect(contents(amongMade(made, [placed("mail")]))).toEqual(["approved", "mail", "done"]);
    expect(contents(amongMade(made, [placed("mail", { made: 1 })]))).toEqual(["approved", "mail", "done"]);
  });

  it("the messages of the last step alone are refused", () => {
    const call = () => amongMade([model("done")], [placed("mail", { made: 2 })]);
    expect(call).toThrow(expect.objectContaining({ kind: "invalid_parameter", param: "responseMessages" }));
  });
});
