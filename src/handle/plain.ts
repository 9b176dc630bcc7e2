/** Small facts as text for people and models. What a command can influence is made harmless: one visible line, no brackets or separators of ours. */

import { oneLine } from "../base/one-line.ts";

/** A program's or caller's words inside one of our header lines. */
export function plain(text: string, maxLength = 80): string {
  const line = oneLine(text)
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replaceAll("`", "'")
    // What separates our facts.
    .replaceAll("·", "-");
  const cut = line.trim().toWellFormed();
  return cut.length > maxLength ? `${cut.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…` : cut;
}

export function quoted(text: string, maxLength = 80): string {
  return `"${plain(text, maxLength).replaceAll('"', "'")}"`;
}

/** `12ms`, `1.4s`, `41s`, `3m 12s`, `2h 5m`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** `812 B`, `3.1 KB`, `40 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ["KB", "MB", "GB", "TB"];
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
