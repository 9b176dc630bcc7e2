import { describe, expect, it } from "vitest";
import { commandIdOf, handleIdsOf, type IdKind, newId, newTag } from "../../../src/base/ids.ts";

const kinds: [IdKind, string][] = [
  ["command", "hto-"],
  ["process", "psh-"],
  ["operation", "hso-"],
  ["audit", "audit_"],
  ["session", "ses_"],
  ["message", "msg_"],
  ["claim", "clm_"],
  ["call", "call_"],
  ["host", "hst_"],
];

describe("an id", () => {
  it.each(kinds)("of a %s says so, and has 26 letters that survive being read aloud", (kind, prefix) => {
    expect(newId(kind)).toMatch(new RegExp(`^${prefix}[0-9a-hjkmnp-tv-z]{26}$`));
  });

  it("is never the same twice", () => {
    const ids = Array.from({ length: 20_000 }, () => newId("command"));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("uses all its bits: every position but the last takes many values", () => {
    const ids = Array.from({ length: 500 }, () => newId("command").slice(4));
    for (let position = 0; position < 25; position++) {
      expect(new Set(ids.map((id) => id[position])).size).toBeGreaterThan(20);
    }
  });

  it("has a tag as its short sibling: 40 bits", () => {
    expect(newTag()).toMatch(/^[0-9a-hjkmnp-tv-z]{8}$/);
    expect(newTag()).not.toBe(newTag());
  });
});

describe("the command behind a handle", () => {
  it.each(["command", "process"] as const)("of a %s has the same random part: each name leads to the other", (kind) => {
    const handleId = newId(kind);
    const commandId = commandIdOf(handleId);
    expect(commandId).toBe(`cmd_${handleId.slice(4)}`);
    expect(handleIdsOf(commandId)).toContain(handleId);
  });

  it("is not looked for behind other names", () => {
    expect(handleIdsOf("h7")).toEqual(["h7"]);
    expect(handleIdsOf("psh-1")).toEqual(["psh-1"]);
    expect(handleIdsOf("htr-1")).toEqual(["hto-1"]);
  });
});
