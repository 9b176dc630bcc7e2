/** Entry of the thread that renders screens. What a command printed can keep the emulator busy for minutes: then the thread is ended. */
import { parentPort } from "node:worker_threads";
import type { Terminal } from "@xterm/headless";

export interface ScreenJob {
  /** URL of the emulator. */
  readonly emulator: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cols: number;
  readonly rows: number;
}

// What fails in here ends the thread, which is heard.
parentPort?.on("message", (job: ScreenJob) => void render(job));

async function render({ emulator, bytes, cols, rows }: ScreenJob): Promise<void> {
  // CommonJS: how its names arrive depends on who loads it.
  const loaded = (await import(emulator)) as { readonly default: { readonly Terminal: typeof Terminal } };
  // Proposed API is what reads the buffer; there is no other way to it.
  const terminal = new loaded.default.Terminal({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
  terminal.write(bytes, () => {
    parentPort?.postMessage(linesOf(terminal));
    terminal.dispose();
  });
}

function linesOf(shown: Terminal): string {
  const { active } = shown.buffer;
  const lines: string[] = [];
  for (let row = 0; row < shown.rows; row++) {
    const line = active.getLine(active.viewportY + row);
    const text = line?.translateToString(true) ?? "";
    if (line?.isWrapped === true && lines.length > 0) lines.push(`${lines.pop() ?? ""}${text}`);
    else lines.push(text);
  }
  const trimmed = lines.map((line) => line.trimEnd());
  while (trimmed.at(-1) === "") trimmed.pop();
  return trimmed.join("\n");
}
