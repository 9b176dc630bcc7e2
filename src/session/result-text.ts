/** What an operation returned, for a model: short as JSON in a fence, or where the rest can be read. */
import { size } from "../handle/plain.ts";
import type { Report } from "../handle/report.ts";
import { fenced } from "../output/fence.ts";
import { plainText } from "../output/text.ts";

export interface ResultTextOptions {
  /** `h7` */
  readonly name: string;
  readonly maxChars: number;
  readonly newTag: () => string;
}

/** Empty when there is nothing to show. */
export function renderResult({ result }: Report, { name, maxChars, newTag }: ResultTextOptions): string {
  // Records of older versions, and of commands, have none.
  if (result == null || result.brief != null) return "";
  const rest =
    result.path === null ? [] : [`[result · ${size(result.bytes)} of JSON: read_command_output ${name} result]`];
  if (result.value === null) return rest.join("\n");
  const text = plainText(JSON.stringify(result.value));
  if (text.length <= maxChars) return fenced(text, { name: "result", newTag });
  return [fenced(`${text.slice(0, maxChars)}…`.toWellFormed(), { name: "result", newTag }), ...rest].join("\n");
}
