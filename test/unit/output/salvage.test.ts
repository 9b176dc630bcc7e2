import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { planArtifacts } from "../../../src/output/artifacts.ts";
import { salvage } from "../../../src/output/salvage.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

describe("salvage", () => {
  it("finds from the files alone what the recorder would have said", async () => {
    using artifacts = artifactsRoot();
    const handleId = newId("command");
    const dead = recorderIn(artifacts.directory(handleId));
    const twin = recorderIn(artifacts.directory());
    for (const recorder of [dead, twin]) {
      recorder.write("stdout", Buffer.alloc(60_000, "one line of output\n"));
      recorder.write("stderr", Buffer.from("error: it broke"));
      recorder.write("stdout", Buffer.from("\nlast"));
    }
    const expected = await twin.finish();
    const { output, stdout, stderr } = await salvage(planArtifacts(artifacts.root, handleId, false));
    const facts = ({ stdout, stderr, combined, ...rest }: typeof output) => ({
      ...rest,
      counts: [stdout, stderr, combined].map(({ bytes, lines }) => [bytes, lines]),
    });
    expect(facts(output)).toEqual(facts(expected));
    expect(stdout).toEqual(twin.preview("stdout"));
    expect(stderr).toEqual(twin.preview("stderr"));
  });

  it("does not throw when nothing is left", async () => {
    using artifacts = artifactsRoot();
    const { output, stdout } = await salvage(planArtifacts(artifacts.root, newId("command"), false));
    expect(output).toMatchObject({ combined: { bytes: 0, path: null }, sha256: null, hashOmitted: "write_failed" });
    expect(stdout.text).toBe("");
  });
});
