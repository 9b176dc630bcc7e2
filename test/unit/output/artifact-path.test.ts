import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { resolveArtifactPath } from "../../../src/output/artifact-path.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

const refused = { kind: "invalid_parameter", param: "path" };

describe("resolveArtifactPath", () => {
  it("knows the artifacts of a handle, also one that is not made yet", async () => {
    using artifacts = artifactsRoot();
    const handleId = newId("command");
    const directory = artifacts.directory(handleId);
    recorderIn(directory);
    for (const stream of ["stdout", "stderr", "combined"] as const) {
      expect(await resolveArtifactPath(artifacts.root, join(directory, `${stream}.txt`))).toEqual({ handleId, stream });
    }
  });

  it("takes the root as it is spelled and as it really is", async () => {
    using artifacts = artifactsRoot();
    const handleId = newId("command");
    artifacts.directory(handleId);
    const spelled = `${artifacts.root}-link`;
    symlinkSync(artifacts.root, spelled);
    const ref = { handleId, stream: "stdout" };
    expect(await resolveArtifactPath(spelled, join(spelled, handleId, "stdout.txt"))).toEqual(ref);
    expect(await resolveArtifactPath(spelled, join(artifacts.root, handleId, "stdout.txt"))).toEqual(ref);
    renameSync(spelled, join(artifacts.root, "link"));
  });

  it("refuses every other path", async () => {
    using artifacts = artifactsRoot();
    const { root } = artifacts;
    const directory = artifacts.directory();
    const other = newId("command");
    mkdirSync(join(root, "elsewhere"));
    writeFileSync(join(root, "elsewhere", "stdout.txt"), "x");
    mkdirSync(join(directory, "stderr.txt"));
    symlinkSync("/etc/passwd", join(directory, "stdout.txt"));
    symlinkSync(directory, join(root, other));
    const paths = [
      "/etc/passwd",
      "stdout.txt",
      "",
      `${directory}/stdout.txt\0`,
      `${directory}/../${other}/stdout.txt`,
      `${directory}//stdout.txt`,
      `${directory}/./stdout.txt`,
      `${directory}/combined.index`,
      `${directory}/combined.txt/x`,
      directory,
      root,
      `${root}/elsewhere/stdout.txt`,
      `${root}/stdout.txt`,
      `${root}-evil/${other}/stdout.txt`,
      `${directory}/stdout.txt`,
      `${directory}/stderr.txt`,
      `${root}/${other}/combined.txt`,
    ];
    for (const path of paths) await expect(resolveArtifactPath(root, path), path).rejects.toMatchObject(refused);
  });

  it("says when there is no such handle any more", async () => {
    using artifacts = artifactsRoot();
    const path = join(artifacts.root, newId("command"), "stdout.txt");
    await expect(resolveArtifactPath(artifacts.root, path)).rejects.toMatchObject({ kind: "not_found" });
  });
});
