import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { fileError, spawnError } from "../../../src/process/system-error.ts";

const errno = (code: string): Error => Object.assign(new Error(`${code}: text`), { code });

describe("spawnError", () => {
  it.each(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"])("%s is capacity, and may work later", (code) => {
    expect(spawnError(errno(code), "x")).toMatchObject({ kind: "capacity", retryable: true, details: { errno: code } });
  });

  it.each(["ENOENT", "EACCES", "E2BIG", "ETXTBSY", "ENOEXEC", "EIO"])("%s is spawn_failed", (code) => {
    const error = spawnError(errno(code), "/bin/x");
    expect(error).toMatchObject({
      kind: "spawn_failed",
      retryable: false,
      details: { errno: code, program: "/bin/x" },
    });
    expect(error.message).toContain(code);
  });
});

describe("fileError", () => {
  it.each(["EMFILE", "ENFILE"])("%s is capacity", (code) =>
    expect(fileError(errno(code), "A pipe").kind).toBe("capacity"),
  );
  it("a full disk is unavailable", () => expect(fileError(errno("ENOSPC"), "A pipe").kind).toBe("unavailable"));
  it("lets ours pass", () => {
    const ours = new LonghandError("closed", "x");
    expect(fileError(ours, "A pipe")).toBe(ours);
  });
});
