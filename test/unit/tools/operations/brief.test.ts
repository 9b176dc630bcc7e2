import { describe, expect, it } from "vitest";
import { briefOf } from "../../../../src/tools/operations/brief.ts";

const nothing = { error_count: 0, errors: [] };

describe("a search in brief", () => {
  it("has the finds as lines, directories with a slash, each on one line", () => {
    const entries = [
      { path: "/a", is_dir: true, is_file: false, depth: 0 },
      { path: "/a/two\nlines", is_dir: false, is_file: true, depth: 1 },
    ];
    expect(briefOf("entries")({ ...nothing, entries })).toEqual({ facts: [], lines: ["/a/", '"/a/two\\nlines"'] });
    expect(briefOf("matches")({ ...nothing, limited: true, matches: ["/x"] })).toEqual({
      facts: ["stopped at max_results: there is more"],
      lines: ["/x"],
    });
  });

  it("names what could not be read", () => {
    const errors = ["/a", "/b", "/c", "/d"].map((path) => ({ path, errno: "EACCES" }));
    const factsOf = (error_count: number) =>
      briefOf("matches")({ error_count, errors: errors.slice(0, error_count), matches: [] }).facts;
    expect(factsOf(1)).toEqual(["1 directory could not be read: /a (EACCES)"]);
    expect(factsOf(4)).toEqual(["4 directories could not be read: /a (EACCES), /b (EACCES), /c (EACCES) and 1 more"]);
  });

  it("is bounded, whatever the paths, and shows one in any case", () => {
    const matches = Array.from({ length: 300 }, (_, depth) => `/x${"/level".repeat(depth)}`);
    const { lines } = briefOf("matches")({ ...nothing, matches });
    expect(lines.join("\n").length).toBeLessThanOrEqual(6_000);
    expect(lines.length).toBeGreaterThan(20);
    expect(briefOf("matches")({ ...nothing, matches: [`/${"a".repeat(10_000)}`] }).lines).toHaveLength(1);
  });
});
