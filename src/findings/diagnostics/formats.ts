/** Which parsers read which kind of build, in the order in which they are asked: the strict ones first. */
import type { BuildFormat } from "../findings.ts";
import { bundler } from "./bundler.ts";
import { cargoJson } from "./cargo-json.ts";
import { eslint } from "./eslint.ts";
import { gcc } from "./gcc.ts";
import { generic } from "./generic.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { linker } from "./linker.ts";
import { makefile } from "./makefile.ts";
import { msbuild } from "./msbuild.ts";
import type { CreateParser, LineParser, Report } from "./parser.ts";
import { python } from "./python.ts";
import { rustc } from "./rustc.ts";
import { tsc } from "./tsc.ts";

const parsers: Readonly<Record<BuildFormat | "auto", readonly CreateParser[]>> = {
  // A build script compiles C.
  cargo: [cargoJson, rustc, gcc],
  // cgo does too.
  go: [go, gcc, linker],
  tsc: [tsc],
  eslint: [eslint],
  gcc: [gcc, linker, makefile],
  auto: [cargoJson, rustc, tsc, msbuild, java, python, eslint, bundler, gcc, linker, go, makefile, generic],
};

/** Every expression runs over the line; nobody's diagnostic is longer. */
const longestLine = 2 ** 16;
/** A compiler message of cargo's is one line, with the source text and its own rendering in it. */
export const longestJsonLine = 2 ** 20;

/** One parser out of all that a format has: the first that understands a line is the only one that sees it. */
export function parserOf(format: BuildFormat | "auto", report: Report): LineParser {
  const chain = parsers[format].map((create) => create(report));
  return {
    line(text) {
      const short = text.length > longestLine && !text.startsWith("{") ? text.slice(0, longestLine) : text;
      return chain.some((parser) => parser.line(short));
    },
    end() {
      for (const parser of chain) parser.end?.();
    },
  };
}
