/** Who is dropped to make room, and what is left of it. */
import { describe, expect, it } from "vitest";
import { ProcessRegistry } from "../../../src/capability/process-registry.ts";

interface Receipt {
  readonly code: number;
}

function registry(maxEntries: number, maxReceipts?: number) {
  const registry = new ProcessRegistry<string, Receipt>({
    maxEntries,
    ...(maxReceipts === undefined ? {} : { maxReceipts }),
  });
  return {
    registry,
    spawn(...ids: string[]) {
      for (const id of ids) {
        registry.admit(id);
        registry.started(id, `process ${id}`);
      }
    },
    end: (id: string, code = 0) => registry.ended(id, { code }),
    standing: (...ids: string[]) => ids.map((id) => registry.find(id)?.where ?? "unknown").join(" "),
  };
}

describe("making room", () => {
  it("drops the oldest that has ended, and never one that runs", () => {
    const { registry: own, spawn, end, standing } = registry(3);
    spawn("a", "b", "c");
    end("c");
    end("b");
    spawn("d", "e");
    expect(standing("a", "b", "c", "d", "e")).toBe("running evicted evicted running running");
    expect(own.size).toBe(3);
  });

  it("drops those whose end somebody knows before others", () => {
    const { registry: own, spawn, end, standing } = registry(3);
    spawn("a", "b", "c");
    for (const id of ["a", "b", "c"]) end(id);
    own.observed("c");
    own.observed("b");
    spawn("d");
    expect(standing("a", "b", "c", "d")).toBe("ended evicted ended running");
    spawn("e");
    expect(standing("a", "b", "c", "d", "e")).toBe("ended evicted evicted running running");
  });

  it("takes nobody's word before the end: a look at a running one is no knowledge of its end", () => {
    const { registry: own, spawn, end, standing } = registry(2);
    spawn("a", "b");
    own.observed("b");
    end("a");
    end("b");
    spawn("c");
    expect(standing("a", "b", "c")).toBe("evicted ended running");
  });

  it("refuses when every place is taken by one that runs, or is being started", () => {
    const { registry: own, spawn, end } = registry(2);
    spawn("a");
    own.admit("b");
    expect(() => own.admit("c")).toThrow(
      expect.objectContaining({ kind: "capacity", retryable: true, details: expect.objectContaining({ limit: 2 }) }),
    );
    own.abandon("b");
    own.admit("c");
    own.started("c", "process c");
    end("a");
    own.admit("d");
  });

  it("drops nothing for one that is not started after all", () => {
    const { registry: own, spawn, end, standing } = registry(1);
    spawn("a");
    end("a");
    own.admit("b");
    own.abandon("b");
    expect(standing("a", "b")).toBe("ended unknown");
  });
});

describe("what was dropped", () => {
  it("leaves a receipt, and of too many the oldest is forgotten", () => {
    const { registry: own, spawn, end, standing } = registry(1, 2);
    for (const [code, id] of ["a", "b", "c", "d"].entries()) {
      spawn(id);
      end(id, code);
    }
    expect(standing("a", "b", "c", "d")).toBe("unknown evicted evicted ended");
    expect(own.find("c")).toEqual({ where: "evicted", receipt: { code: 2 } });
  });

  it("can be released, and is unknown then", () => {
    const { registry: own, spawn, end, standing } = registry(1);
    spawn("a");
    end("a");
    spawn("b");
    expect(own.release("a")).toEqual({ where: "evicted", receipt: { code: 0 } });
    expect(standing("a")).toBe("unknown");
    expect(own.release("a")).toBeNull();
  });
});

describe("released", () => {
  it("a running one is given back to be stopped, and its end changes nothing", () => {
    const { registry: own, spawn, end, standing } = registry(2);
    spawn("a");
    expect(own.release("a")).toEqual({ where: "running", process: "process a", receipt: null });
    end("a");
    expect(standing("a")).toBe("unknown");
    expect(own.size).toBe(0);
  });
});

it("the first end stays", () => {
  const { registry: own, spawn, end } = registry(1);
  spawn("a");
  end("a", 1);
  end("a", 2);
  expect(own.find("a")).toMatchObject({ receipt: { code: 1 } });
});
