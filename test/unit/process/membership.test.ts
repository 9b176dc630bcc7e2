import { describe, expect, it } from "vitest";
import { topRange } from "../../../src/process/interval.ts";
import { type Kin, membershipOf, type ProcessFacts, startedBefore } from "../../../src/process/membership.ts";
import { unlimited } from "../../../src/process/procfs.ts";

const ours = { low: topRange.low + 1000n, high: topRange.low + 1999n };
const siblings = { low: topRange.low + 2000n, high: topRange.low + 2999n };
const none = { low: unlimited, high: unlimited };

const kin: Kin = {
  leader: { pid: 500, startTime: "90" },
  cookie: "out/mine",
  limits: ours,
  groupTrusted: true,
  known: new Map([[510, "95"]]),
  never: new Set([400, 300]),
};

const stranger: ProcessFacts = {
  pid: 600,
  name: "x",
  state: "S",
  parentPid: 1,
  group: 600,
  session: 600,
  threads: 1,
  startTime: "100",
  limits: none,
  cookie: { value: null },
};

const decide = (facts: Partial<ProcessFacts>, changes: Partial<Kin> = {}) =>
  membershipOf({ ...stranger, ...facts }, { ...kin, ...changes });

describe("a member is known by", () => {
  it.each<[string, Partial<ProcessFacts>]>([
    ["leader", { pid: 500, startTime: "90" }],
    ["known", { pid: 510, startTime: "95" }],
    ["limits", { limits: { low: ours.low + 1n, high: ours.high } }],
    ["cookie", { cookie: { value: "out/mine/inner" } }],
    ["group", { group: 500 }],
    ["session", { session: 500 }],
    ["parent", { parentPid: 510 }],
  ])("%s", (evidence, facts) => {
    expect(decide(facts)).toBe(evidence);
  });

  it("cookie, before it took its limits", () => {
    const around = { low: ours.low - 500n, high: ours.high + 500n };
    expect(decide({ limits: around, cookie: { value: "out/mine" } })).toBe("cookie");
    expect(decide({ limits: around, group: 500 })).toBeNull();
  });

  it("group, even when nothing else can be read", () => {
    expect(decide({ group: 500, limits: "unreadable", cookie: "unreadable" })).toBe("group");
  });
});

describe("nobody is a member", () => {
  it.each<[string, Partial<ProcessFacts>]>([
    ["who has nothing in common", {}],
    ["who started before the leader", { limits: ours, startTime: "89" }],
    ["who is dead", { limits: ours, state: "Z" }],
    ["who is process 1", { limits: ours, pid: 1 }],
    ["who is our host or above it", { limits: ours, pid: 400 }],
    ["whose limits are wider than ours", { limits: { low: ours.low - 1n, high: ours.high } }],
    ["whose limits are a sibling's", { limits: siblings }],
    ["who passes on our cookie under a sibling's limits", { limits: siblings, cookie: { value: "out/mine" } }],
    ["whose cookie is around ours", { cookie: { value: "out" } }],
    ["whose cookie only begins alike", { cookie: { value: "out/mine2" } }],
    ["who is in our group with a sibling's limits", { group: 500, limits: siblings }],
    ["who is in our session with another's cookie", { session: 500, cookie: { value: "out/other" } }],
    ["who has the leader's number but is another", { pid: 500, startTime: "99" }],
  ])("%s", (_, facts) => {
    expect(decide(facts)).toBeNull();
  });

  it("by the group once its number may be another's", () => {
    expect(decide({ group: 500, session: 500 }, { groupTrusted: false })).toBeNull();
  });
});

it("a zombie leader thread with live threads is alive", () => {
  expect(decide({ limits: ours, state: "Z", threads: 3 })).toBe("limits");
});

it("without limits of its own a tree takes the host's limits as no sign of anything", () => {
  expect(decide({ group: 500, limits: siblings }, { limits: null })).toBe("group");
});

it("without a leader only marks count", () => {
  const changes = { leader: null, groupTrusted: false, known: new Map() };
  expect(decide({ limits: ours, startTime: "1" }, changes)).toBe("limits");
  expect(decide({ group: 500 }, changes)).toBeNull();
});

it("start times are compared as numbers of any length", () => {
  expect(startedBefore("99", "100")).toBe(true);
  expect(startedBefore("100", "99")).toBe(false);
  expect(startedBefore("18446744073709551614", "18446744073709551615")).toBe(true);
});
