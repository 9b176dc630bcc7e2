/** How the demo prints: time, who, what; aligned, and never wider than 100 columns. */
import type { Paint, Style } from "../terminal.ts";
import { duration } from "../text.ts";

export type Speaker = "agent" | "tool" | "inbox" | "receipt" | "check";

export interface Screen {
  say(who: Speaker, text: string): void;
  /** What a tool answered or the inbox brought: below the line that caused it. */
  detail(text: string): void;
  heading(text: string): void;
}

const timeWidth = 7;
const whoWidth = 9;
const columns = 100;

export function createScreen(write: (line: string) => void, style: Style): Screen {
  const started = performance.now();
  const width = columns - timeWidth - whoWidth;
  const gutter = " ".repeat(timeWidth + whoWidth);
  const colours: Readonly<Record<Speaker, Paint>> = {
    agent: style.bold,
    tool: style.cyan,
    inbox: style.yellow,
    receipt: style.green,
    check: style.green,
  };
  return {
    say(who, text) {
      const [first = "", ...rest] = text.split("\n").flatMap((line) => wrap(line, width));
      const time = `${duration(performance.now() - started).padStart(timeWidth - 2)}  `;
      write(`${style.dim(time)}${colours[who](who.padEnd(whoWidth))}${first}`);
      for (const line of rest) write(gutter + line);
    },
    detail(text) {
      // Our own lines are read to the end; of what a command printed the start will do.
      for (const line of text.split("\n")) {
        const isOurs = line.startsWith("[");
        for (const part of isOurs ? wrap(line, width) : [cut(line, width)])
          write(gutter + (isOurs ? part : style.dim(part)));
      }
    },
    heading(text) {
      write(`\n${style.bold(text)}`);
    },
  };
}

function cut(line: string, width: number): string {
  const plain = line.replaceAll("\t", "  ");
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    const line = lines[last] ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[last] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => cut(line, width));
}
