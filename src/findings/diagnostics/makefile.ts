/** make and CMake, where the build description itself is wrong. That a recipe failed (`Error 1`) is no news: its own output says why. */
import { type CreateParser, diagnostic, type LineParser, type Place, type Report } from "./parser.ts";
import { placeOf } from "./place.ts";

const make = /^(?:([^:\s]+):(\d+): |(?:[^:\s]*[/-])?g?make(?:\[\d+\])?: )\*\*\* (.+)$/;
const consequence = /^(?:\[.*\] (?:Error \d+|[A-Z][\w ]+)|Waiting for unfinished jobs)/;
const cmake = /^CMake (Error|Warning)(?: \([^()]*\))?(?: at ([^:]+):(\d+)(?: \([^()]*\))?)?: ?(.*)$/;

interface Open {
  readonly isError: boolean;
  readonly place: Place | null;
}

export const makefile: CreateParser = (report) => {
  const described = cmakeParser(report);
  return {
    line(text) {
      if (described.line(text)) return true;
      const match = text.includes("*** ") ? make.exec(text) : null;
      if (match === null) return false;
      const [, path, line, message = ""] = match;
      const place = path === undefined ? null : placeOf(path, line);
      if (!consequence.test(message)) report(diagnostic("error", message.replace(/ {2}Stop\.$/, ""), { place }));
      return true;
    },
    end: () => described.end?.(),
  };
};

/** CMake tells what is wrong in the indented lines below. */
const cmakeParser = (report: Report): LineParser => {
  let open: Open | null = null;

  const settle = (message: string): void => {
    if (open !== null) report(diagnostic(open.isError ? "error" : "warning", message, { place: open.place }));
    open = null;
  };

  return {
    line(text) {
      if (open !== null && /^ {2,}\S/.test(text)) {
        settle(text);
        return true;
      }
      const head = text.startsWith("CMake ") ? cmake.exec(text) : null;
      if (head === null) return false;
      const [, word, path = "", line, message = ""] = head;
      settle("no message");
      open = { isError: word === "Error", place: placeOf(path, line) };
      if (message !== "") settle(message);
      return true;
    },
    end: () => settle("no message"),
  };
};
