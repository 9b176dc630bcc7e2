/** How a command is put under a mark's limits without native code: a wrapper that sets its own limits and execs. Probed by doing. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import type { Interval } from "./interval.ts";
import { parseLimits } from "./procfs.ts";

/** argv of a program that sets RLIMIT_RTTIME and becomes what follows. */
export type LimitWrapper = (limits: { readonly soft: string; readonly hard: string }) => readonly string[];

/** A wrapper that hangs must not hold up the first command for long. */
const probeTimeoutMs = 3_000;

/** Fixed places, not PATH: what a caller puts in front of PATH must not stand between us and the command. */
const directories = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin", "/opt/homebrew/bin"];

/** The first wrapper that works here for these limits; null when none does. */
export async function findLimitWrapper(limits: Interval): Promise<LimitWrapper | null> {
  const cat = findProgram("cat");
  if (cat === null) return null;
  for (const wrapper of limitWrappers(findProgram)) {
    if (await takes(wrapper, limits, cat)) return wrapper;
  }
  return null;
}

/** What there is to try, the better one first: prlimit starts faster, and leaves the environment as it is. */
export function limitWrappers(find: (name: string) => string | null): readonly LimitWrapper[] {
  return [prlimitWrapper(find("prlimit")), bashWrapper(find("bash"))].filter((wrapper) => wrapper !== null);
}

function prlimitWrapper(prlimit: string | null): LimitWrapper | null {
  return prlimit === null ? null : ({ soft, hard }) => [prlimit, `--rttime=${soft}:${hard}`, "--"];
}

/** `-p`: neither BASH_ENV nor exported functions may act in between. Soft first: it must be below the hard limit at any time. */
function bashWrapper(bash: string | null): LimitWrapper | null {
  const script = 'ulimit -S -R "$1" && ulimit -H -R "$2" && shift 2 && exec "$@"';
  return bash === null ? null : ({ soft, hard }) => [bash, "-p", "-c", script, "longhand", soft, hard];
}

/** A wrapper counts only if a process under it really has the limits: seccomp, a foreign limit or an old kernel may refuse. */
function takes(wrapper: LimitWrapper, limits: Interval, cat: string): Promise<boolean> {
  const [file = "", ...args] = [
    ...wrapper({ soft: `${limits.low}`, hard: `${limits.high}` }),
    cat,
    "/proc/self/limits",
  ];
  return new Promise((resolve) => {
    execFile(file, args, { env: {}, cwd: "/", timeout: probeTimeoutMs, killSignal: "SIGKILL" }, (error, stdout) => {
      const got = error === null ? parseLimits(stdout) : null;
      resolve(got !== null && got.low === limits.low && got.high === limits.high);
    });
  });
}

function findProgram(name: string): string | null {
  return directories.map((directory) => `${directory}/${name}`).find((path) => existsSync(path)) ?? null;
}
