import { closeSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { createArtifacts, createFile, createFiles, planArtifacts } from "../../../src/output/artifacts.ts";
import { artifactsRoot } from "../../support/artifacts-root.ts";

describe("planArtifacts", () => {
  it("knows the paths before anything exists", () => {
    const id = newId("command");
    expect(planArtifacts("/r", id, false)).toEqual({
      directory: `/r/${id}`,
      stdout: `/r/${id}/stdout.txt`,
      stderr: `/r/${id}/stderr.txt`,
      combined: `/r/${id}/combined.txt`,
    });
    expect(planArtifacts("/r", id, true).stderr).toBeNull();
  });

  it("refuses what is no handle id", () => {
    for (const id of ["..", "hto-x", `${newId("command")}/x`, newId("session")]) {
      expect(() => planArtifacts("/r", id, false)).toThrow(expect.objectContaining({ kind: "internal" }));
    }
  });
});

describe("createArtifacts", () => {
  it("makes a private directory, and its root when that is missing", () => {
    using artifacts = artifactsRoot();
    const root = join(artifacts.root, "not", "there");
    const directory = createArtifacts(root, newId("process"));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  it("never takes over what exists", () => {
    using artifacts = artifactsRoot();
    const id = newId("operation");
    createArtifacts(artifacts.root, id);
    expect(() => createArtifacts(artifacts.root, id)).toThrow(expect.objectContaining({ kind: "conflict" }));
  });

  it("says so when the disk refuses", () => {
    using artifacts = artifactsRoot();
    const file = join(artifacts.root, "file");
    writeFileSync(file, "");
    expect(() => createArtifacts(file, newId("command"))).toThrow(
      expect.objectContaining({ kind: "unavailable", details: { errno: "ENOTDIR" } }),
    );
  });
});

describe("createFile", () => {
  it("makes a private file that is appended to", () => {
    using artifacts = artifactsRoot();
    const path = join(artifacts.root, "x");
    closeSync(createFile(path));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("follows no link that somebody planted", () => {
    using artifacts = artifactsRoot();
    const victim = join(artifacts.root, "victim");
    symlinkSync(victim, join(artifacts.root, "x"));
    expect(() => createFile(join(artifacts.root, "x"))).toThrow(/EEXIST/);
    expect(existsSync(victim)).toBe(false);
  });

  it("makes all files or leaves none open", () => {
    using artifacts = artifactsRoot();
    const [first, second] = ["a", "b"].map((name) => join(artifacts.root, name));
    writeFileSync(second ?? "", "theirs");
    expect(() => createFiles([first ?? "", second ?? ""])).toThrow(expect.objectContaining({ kind: "conflict" }));
    expect(readFileSync(second ?? "", "utf8")).toBe("theirs");
  });
});
