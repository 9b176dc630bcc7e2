/** Who sees the output of which call: several of one id, those of calls that go on in the background, and a bound on them. */
import { describe, expect, it } from "vitest";
import { Viewers } from "../../../src/client/viewers.ts";
import type { OutputUpdate } from "../../../src/session/live-output.ts";

function watching() {
  const viewers = new Viewers();
  const seen: string[] = [];
  const viewer =
    (name: string) =>
    ({ text, skipped }: OutputUpdate): void =>
      void seen.push(`${name}:${text}${skipped > 0 ? `+${skipped}` : ""}`);
  const show = (callId: string, text: string, more = {}): void =>
    viewers.show(callId, { stream: "stdout", offset: 0, text, ...more });
  return { viewers, seen, viewer, show };
}

describe("viewers", () => {
  it("see what is told of their call, and what was left out", () => {
    const { viewers, seen, viewer, show } = watching();
    viewers.add("a", viewer("a"));
    show("a", "1");
    show("b", "2");
    show("a", "3", { skipped: 7 });
    for (const wrong of [{ stream: "stdlog" }, { offset: "0" }, { text: 1 }]) show("a", "4", wrong);
    expect(seen).toEqual(["a:1", "a:3+7"]);
  });

  it("of a call whose id a second one asks for in vain see on", () => {
    const { viewers, seen, viewer, show } = watching();
    const [first, second] = [viewer("first"), viewer("second")];
    viewers.add("a", first);
    viewers.add("a", second);
    show("a", "1");
    viewers.settle("a", second, { isRunning: false });
    show("a", "2");
    viewers.settle("a", first, { isRunning: false });
    show("a", "3");
    expect(seen).toEqual(["first:1", "first:2"]);
  });

  it("of a second call see its output once the first was answered", () => {
    const { viewers, seen, viewer, show } = watching();
    const [first, second] = [viewer("first"), viewer("second")];
    viewers.add("a", first);
    viewers.add("a", second);
    viewers.settle("a", first, { isRunning: false });
    show("a", "1");
    expect(seen).toEqual(["second:1"]);
  });

  it("who throw see no more", () => {
    const { viewers, show } = watching();
    let times = 0;
    viewers.add("a", () => {
      times += 1;
      throw new Error("a viewer's fault");
    });
    show("a", "1");
    show("a", "2");
    expect(times).toBe(1);
  });

  it("of calls that go on are bounded: those silent for longest give way, and those of calls in flight never", () => {
    const { viewers, seen, viewer, show } = watching();
    viewers.add("in flight", viewer("in flight"));
    const detach = (name: string): void => {
      const own = viewer(name);
      viewers.add(name, own);
      viewers.settle(name, own, { isRunning: true });
    };
    detach("talks");
    detach("silent");
    for (let n = 0; n < 998; n++) detach(`c${n}`);
    show("talks", "1");
    detach("one more");
    for (const name of ["talks", "silent", "c0", "one more", "in flight"]) show(name, "2");
    expect(seen).toEqual(["talks:1", "talks:2", "c0:2", "one more:2", "in flight:2"]);
  });
});
