import { describe, expect, it } from "vitest";
import { createCollector } from "../../../../src/findings/diagnostics/collector.ts";
import { diagnostic } from "../../../../src/findings/diagnostics/parser.ts";
import type { Severity } from "../../../../src/findings/findings.ts";

function collected(count: number, severity: (index: number) => Severity) {
  const collector = createCollector();
  for (let index = 0; index < count; index++) collector.report(diagnostic(severity(index), `message ${index}`));
  return collector;
}

describe("the collector", () => {
  it("counts all, lists a hundred, errors before the rest", () => {
    const collector = collected(300, (index) => (index < 150 ? "warning" : index % 3 === 0 ? "error" : "note"));
    const list = collector.list();
    expect(collector.counts()).toEqual({ error: 50, warning: 150, note: 100, help: 0 });
    expect(list).toHaveLength(100);
    expect(list.slice(0, 50).every(({ severity }) => severity === "error")).toBe(true);
    expect(list.slice(50).map(({ message }) => message)).toEqual(
      Array.from({ length: 50 }, (_, index) => `message ${index}`),
    );
  });

  it("takes what is reported twice for one, with or without its code", () => {
    const collector = createCollector();
    const place = { path: "a.ts", line: 3, column: 5 };
    collector.report(diagnostic("error", "m", { place, code: "E1" }));
    collector.report(diagnostic("error", "m", { place }));
    collector.report(diagnostic("error", "m", { place: { ...place, line: 4 } }));
    collector.report(diagnostic("warning", "m", { place }));
    expect(collector.counts()).toEqual({ error: 2, warning: 1, note: 0, help: 0 });
    expect(collector.list().map(({ code }) => code)).toEqual(["E1", null, null]);
  });

  it("remembers a bounded number: a repetition after very many others counts again", () => {
    const collector = collected(20_001, () => "error");
    collector.report(diagnostic("error", "message 20000"));
    expect(collector.counts().error).toBe(20_001);
    collector.report(diagnostic("error", "message 0"));
    expect(collector.counts().error).toBe(20_002);
  });

  it("cuts texts between code points, and says so", () => {
    const collector = createCollector();
    const place = { path: `${"p".repeat(5_000)}.c`, line: 1, column: 1 };
    collector.report(diagnostic("error", `${"x".repeat(1_022)}😀${"y".repeat(1_000)}`, { place }));
    const [found] = collector.list();
    expect(found?.message).toBe(`${"x".repeat(1_022)}…`);
    expect(found?.path).toHaveLength(1_024);
  });

  it("keeps no escape sequence and no half of a surrogate pair that JSON made", () => {
    const collector = createCollector();
    collector.report(diagnostic("error", "\u001b[31mred\ud83d\ttab\nline"));
    expect(collector.list()[0]?.message).toBe("[31mred\ufffd\ttab\nline");
  });
});
