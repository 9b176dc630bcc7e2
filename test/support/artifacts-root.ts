/** A directory for artifacts that goes away with the test. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/base/ids.ts";
import { createArtifacts } from "../../src/output/artifacts.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "../../src/output/recorder.ts";

export interface ArtifactsRoot extends Disposable {
  readonly root: string;
  /** The artifacts directory of a new handle. */
  directory(handleId?: string): string;
}

export function artifactsRoot(): ArtifactsRoot {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-output-")));
  return {
    root,
    directory: (handleId = newId("command")) => createArtifacts(root, handleId),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function recorderIn(directory: string, options: Partial<RecorderOptions> = {}): Recorder {
  return createRecorder({
    directory,
    merged: false,
    maxBytes: Number.MAX_SAFE_INTEGER,
    previewBytes: 50_000,
    onLimit: () => {},
    ...options,
  });
}
