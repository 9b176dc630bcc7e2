import { describe, expect, it } from "vitest";
import { MailDelivery } from "../../../src/sdk/mail-delivery.ts";
import { fakeInbox } from "../../support/fake-inbox.ts";

const nowhere = () => false;
const everywhere = () => true;
const maxTokens = 2_000;

describe("without a save", () => {
  it("a mail is acknowledged when the model has answered, once", async () => {
    const inbox = fakeInbox("one");
    const delivery = new MailDelivery(inbox, { maxTokens });
    const mail = await delivery.next(nowhere);
    if (mail === null) throw new Error("there is none");
    await delivery.give(mail);
    expect([inbox.acked, delivery.unanswered]).toEqual([[], mail]);
    await delivery.answered();
    await delivery.answered();
    expect([inbox.acked, delivery.unanswered]).toEqual([["one"], null]);
  });

  it("one that was taken and not given is not acknowledged by an answer", async () => {
    const inbox = fakeInbox("one");
    const delivery = new MailDelivery(inbox, { maxTokens });
    await delivery.next(nowhere);
    await delivery.answered();
    expect(inbox.acked).toEqual([]);
  });

  it("an acknowledgement that fails is made up for by the next answer", async () => {
    const inbox = fakeInbox("one");
    const delivery = new MailDelivery(inbox, { maxTokens });
    await giveNext(delivery);
    inbox.failures = 1;
    await expect(delivery.answered()).rejects.toThrow("busy");
    expect(delivery.unanswered?.id).toBe("one");
    await delivery.answered();
    expect(inbox.acked).toEqual(["one"]);
  });

  it("one that somebody else has settled is not waited for", async () => {
    const inbox = fakeInbox("one", "two");
    const delivery = new MailDelivery(inbox, { maxTokens });
    await giveNext(delivery);
    await (await inbox.claim())?.ack();
    expect((await delivery.next(nowhere))?.id).toBe("two");
    expect(delivery.unanswered).toBeNull();
  });
});

describe("with a save", () => {
  it("a mail is written, then acknowledged, and no answer is waited for", async () => {
    const inbox = fakeInbox("one");
    const order: string[] = [];
    const save = ({ id }: { id: string }) => void order.push(`${id} before ${inbox.acked.length}`);
    await giveNext(new MailDelivery(inbox, { maxTokens, save }));
    expect([order, inbox.acked]).toEqual([["one before 0"], ["one"]]);
  });

  it("whose acknowledgement fails it is not written again", async () => {
    const inbox = fakeInbox("one", "two");
    const saved: string[] = [];
    const delivery = new MailDelivery(inbox, { maxTokens, save: ({ id }) => void saved.push(id) });
    inbox.failures = 1;
    await expect(giveNext(delivery)).rejects.toThrow("busy");
    await giveNext(delivery);
    await giveNext(delivery);
    expect([saved, inbox.acked]).toEqual([
      ["one", "two"],
      ["one", "two"],
    ]);
  });

  it("that rejects it is not acknowledged, and is written with the next try", async () => {
    const inbox = fakeInbox("one");
    let tries = 0;
    const save = async () => {
      tries += 1;
      if (tries === 1) throw new Error("disk full");
    };
    const delivery = new MailDelivery(inbox, { maxTokens, save });
    await expect(giveNext(delivery)).rejects.toThrow("disk full");
    expect(inbox.acked).toEqual([]);
    await giveNext(delivery);
    expect([tries, inbox.acked]).toEqual([2, ["one"]]);
  });
});

describe("what the conversation has from before", () => {
  it("is acknowledged, and the one after it is next", async () => {
    const inbox = fakeInbox("one", "two");
    await inbox.claim();
    const delivery = new MailDelivery(inbox, { maxTokens });
    expect((await delivery.next(({ id }) => id === "one"))?.id).toBe("two");
    expect(inbox.acked).toEqual(["one"]);
  });

  it("is no longer waited for", async () => {
    const inbox = fakeInbox("one");
    const delivery = new MailDelivery(inbox, { maxTokens });
    await giveNext(delivery);
    expect(await delivery.next(everywhere)).toBeNull();
    await delivery.answered();
    expect([inbox.acked, delivery.unanswered]).toEqual([["one"], null]);
  });

  it("is not what is claimed for the first time, whatever words stand there", async () => {
    const inbox = fakeInbox("one");
    expect((await new MailDelivery(inbox, { maxTokens }).next(everywhere))?.id).toBe("one");
    expect(inbox.acked).toEqual([]);
  });

  it("is given again where it does not stand", async () => {
    const inbox = fakeInbox("one");
    const delivery = new MailDelivery(inbox, { maxTokens });
    await giveNext(delivery);
    await giveNext(delivery);
    expect(delivery.unanswered?.redelivered).toBe(true);
  });
});

it("one mail is bounded", async () => {
  const inbox = fakeInbox();
  await new MailDelivery(inbox, { maxTokens: 500 }).next(nowhere);
  expect(inbox.claims).toEqual([{ maxTokens: 500 }]);
});

async function giveNext(delivery: MailDelivery): Promise<void> {
  const mail = await delivery.next(nowhere);
  if (mail === null) throw new Error("there is none");
  await delivery.give(mail);
}
