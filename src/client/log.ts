/** Lines for people, told to a function of the caller's. */

/** What goes wrong with a line must not go wrong with what it is about. */
export function harmless(onLog: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      onLog(line);
    } catch {
      // The line is lost, and nothing else.
    }
  };
}
