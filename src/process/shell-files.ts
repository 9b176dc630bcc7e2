/** What the system's own files say of shells. Pure: text in, paths out. */
import { isAbsolute } from "node:path";

/** The shells that /etc/shells lists, in its order. */
export function shellsIn(etcShells: string): string[] {
  return etcShells
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(isAbsolute);
}

/** Accounts without a login have one of these. */
const noLogin = /\/(?:false|nologin)$/;

/** The login shell that /etc/passwd has for a user; null for none, and for an account that cannot log in. */
export function loginShellIn(passwd: string, user: string): string | null {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === user);
  const shell = fields?.[6]?.trim() ?? "";
  return isAbsolute(shell) && !noLogin.test(shell) ? shell : null;
}
