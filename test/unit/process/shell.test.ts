import { describe, expect, it } from "vitest";
import { defaultShell, shellInvocation, styleOf } from "../../../src/process/shell.ts";
import { shellJoin, shellQuote } from "../../../src/process/shell-quote.ts";

describe("shellInvocation", () => {
  it("runs the text with bash where there is one, and reads no profile", () => {
    expect(shellInvocation({ script: "echo" })).toEqual([defaultShell(), "-c", "echo"]);
    expect(defaultShell()).toMatch(/^\/(usr\/)?bin\/(ba)?sh$/);
  });

  it("takes an id or a path, and its flags", () => {
    expect(shellInvocation({ shell: "sh", script: "x" })).toEqual(["/bin/sh", "-c", "x"]);
    expect(shellInvocation({ shell: "/bin/sh", login: true, interactive: true, script: "x" })).toEqual([
      "/bin/sh",
      "-i",
      "-l",
      "-c",
      "x",
    ]);
  });

  it.each([
    ["/usr/bin/zsh", ["-c"], ["-l", "-c"]],
    ["/usr/local/bin/PWSH.exe", ["-NoProfile", "-Command"], null],
    ["/bin/tcsh", ["-c"], null],
  ])("%s is told to run a text", (path, defaultArgs, loginArgs) => {
    const style = styleOf(path);
    expect(style.defaultArgs).toEqual(defaultArgs);
    expect(style.supportsLogin ? style.loginArgs : null).toEqual(loginArgs);
  });

  it.each([
    ["nosuchshell", undefined],
    ["", undefined],
    ["./sh", undefined],
    ["/no/such/shell", "ENOENT"],
    ["/etc/passwd", "EACCES"],
  ])("refuses %j", (shell, errno) => {
    expect(() => shellInvocation({ shell, script: "x" })).toThrow(
      expect.objectContaining({
        kind: "invalid_parameter",
        param: "shell",
        details: expect.objectContaining({ got: shell, ...(errno === undefined ? {} : { errno }) }),
      }),
    );
  });
});

describe("shellQuote", () => {
  it.each([
    ["abc", "abc"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", `'it'\\''s'`],
    ["A=1", "'A=1'"],
    ["~", "'~'"],
    ["-rf", "-rf"],
    ["a\nb", "'a\nb'"],
    ["{a,b}", "'{a,b}'"],
  ])("%j becomes %s", (word, quoted) => expect(shellQuote(word)).toBe(quoted));

  it("joins a command line", () => expect(shellJoin(["echo", "a b", "$HOME"])).toBe("echo 'a b' '$HOME'"));
});
