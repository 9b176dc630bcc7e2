/** Where a command's output goes: through pipes that we read, or straight into its artifacts. */
import type { Clock, Timer } from "../base/clock.ts";
import { artifactDescriptors } from "../output/artifacts.ts";
import { createFileRecorder } from "../output/file-recorder.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "../output/recorder.ts";
import type { FdBudget } from "../process/fd-budget.ts";
import type { Capture } from "../process/launcher.ts";
import type { CaptureSettings } from "./request.ts";

export interface OpenedCapture {
  readonly recorder: Recorder;
  readonly capture: Capture;
  /** Gives back what was held while the command ran; the recorder is finished by then. */
  close(): void;
}

export interface OpenCaptureOptions {
  readonly recording: RecorderOptions;
  readonly settings: CaptureSettings;
  readonly clock: Clock;
  readonly budget: FdBudget;
}

/** How often files are looked at for their cap and for live output. A full disk's worth is written in between at worst. */
const pollMs = 50;

/** Throws `capacity` (file descriptors) or `unavailable` (the artifacts cannot be made). */
export function openCapture({ recording, settings, clock, budget }: OpenCaptureOptions): OpenedCapture {
  const release = budget.reserve(artifactDescriptors(settings.merge));
  try {
    return settings.transport === "file"
      ? captureByFile(recording, clock, release)
      : captureByPipe(recording, settings.merge, release);
  } catch (error) {
    release();
    throw error;
  }
}

function captureByPipe(recording: RecorderOptions, merged: boolean, release: () => void): OpenedCapture {
  const recorder = createRecorder(recording);
  const onStdout = (chunk: Uint8Array): void => recorder.write("stdout", chunk);
  const onStderr = merged ? null : (chunk: Uint8Array): void => recorder.write("stderr", chunk);
  return { recorder, capture: { kind: "pipes", onStdout, onStderr }, close: release };
}

function captureByFile(recording: RecorderOptions, clock: Clock, release: () => void): OpenedCapture {
  const recorder = createFileRecorder(recording);
  let timer: Timer;
  const look = (): void => {
    recorder.poll();
    timer = clock.after(pollMs, look, { idle: true });
  };
  timer = clock.after(pollMs, look, { idle: true });
  const close = (): void => {
    timer.cancel();
    release();
  };
  return { recorder, capture: { kind: "files", ...recorder.fds }, close };
}
