/** Where shells are found, in which order, and which one is the default. */
import { describe, expect, it } from "vitest";
import { loginShellIn, shellsIn } from "../../../src/process/shell-files.ts";
import { discoverShells, type ShellSources, Shells } from "../../../src/process/shells.ts";

const passwd = "root:x:0:0:root:/root:/bin/bash\nann:x:1:1::/home/ann:/usr/bin/fish\nftp:x:2:2::/:/usr/sbin/nologin\n";
const etcShells = "# valid shells\n\n/bin/sh\n/bin/bash # the usual\n/opt/gone/ksh\nrelative\n";

function machine(installed: readonly string[], overrides: Partial<ShellSources> = {}): ShellSources {
  const files: Readonly<Record<string, string>> = { "/etc/passwd": passwd, "/etc/shells": etcShells };
  return {
    configured: null,
    environment: {},
    read: (path) => files[path] ?? "",
    isRunnable: (path) => installed.includes(path),
    ...overrides,
  };
}

const found = (sources: ShellSources) => discoverShells(sources).map(({ path, source }) => `${source} ${path}`);
const usual = ["/bin/sh", "/bin/bash"];

describe("the files of the system", () => {
  it("/etc/shells: absolute paths, without comments", () => {
    expect(shellsIn(etcShells)).toEqual(["/bin/sh", "/bin/bash", "/opt/gone/ksh"]);
  });

  it.each([
    ["root", "/bin/bash"],
    ["ann", "/usr/bin/fish"],
    ["ftp", null],
    ["nobody", null],
    ["", null],
  ])("/etc/passwd: the shell of %j is %j", (user, shell) => expect(loginShellIn(passwd, user)).toBe(shell));
});

describe("discovery", () => {
  it("goes from what was configured to what is installed, each id once", () => {
    const environment = { SHELL: "/usr/local/bin/zsh", USER: "ann" };
    const installed = [...usual, "/usr/local/bin/zsh", "/usr/bin/zsh", "/usr/bin/fish", "/opt/nu"];
    expect(found(machine(installed, { configured: "/opt/nu", environment }))).toEqual([
      "configured /opt/nu",
      "env /usr/local/bin/zsh",
      "login /usr/bin/fish",
      "etc_shells /bin/sh",
      "etc_shells /bin/bash",
      "etc_shells /opt/gone/ksh",
    ]);
  });

  it("asks for LOGNAME where USER is not set, and needs none of the files", () => {
    expect(found(machine(usual, { environment: { LOGNAME: "ann" } }))[0]).toBe("login /usr/bin/fish");
    expect(found(machine(["/usr/bin/zsh", "/bin/sh"], { read: () => "" }))).toEqual([
      "fallback /usr/bin/zsh",
      "fallback /bin/sh",
    ]);
  });

  it("prefers one that can be run to one that cannot, and says which cannot", () => {
    const environment = { SHELL: "/opt/gone/bash" };
    const shells = discoverShells(machine(usual, { environment }));
    expect(shells.map(({ id, path, available }) => [id, path, available])).toEqual([
      ["bash", "/bin/bash", true],
      ["sh", "/bin/sh", true],
      ["ksh", "/opt/gone/ksh", false],
    ]);
  });

  it("ignores a SHELL that is no absolute path: it could be the workspace's", () => {
    expect(found(machine(usual, { environment: { SHELL: "bash" } }))[0]).toBe("etc_shells /bin/sh");
  });

  it("leaves out what is listed as a shell and runs no text, unless it was configured", () => {
    const installed = [...usual, "/usr/bin/tmux", "/usr/bin/screen", "/opt/nu"];
    const read = () => ["/usr/bin/tmux", "/usr/bin/screen", "/bin/sh", "/opt/nu"].join("\n");
    const environment = { SHELL: "/usr/bin/tmux" };
    const idsOf = (configured: string | null) =>
      discoverShells(machine(installed, { read, environment, configured })).map(({ id }) => id);
    expect(idsOf(null)).toEqual(["sh", "nu", "bash"]);
    expect(idsOf("/usr/bin/screen")).toEqual(["screen", "sh", "nu", "bash"]);
  });

  it("says how each is told to run a text", () => {
    const environment = { SHELL: "/usr/bin/pwsh" };
    const [pwsh, sh] = discoverShells(machine([...usual, "/usr/bin/pwsh"], { environment }));
    expect(pwsh).toMatchObject({
      supportsLogin: false,
      supportsInteractive: false,
      defaultArgs: ["-NoProfile", "-Command"],
    });
    expect(sh).toMatchObject({ supportsLogin: true, defaultArgs: ["-c"], loginArgs: ["-l", "-c"] });
  });
});

describe("the default", () => {
  const all = [...usual, "/usr/bin/fish", "/bin/dash"];

  it("is bash, else sh, else what there is, else none", () => {
    const fish = { environment: { SHELL: "/usr/bin/fish" } };
    const idOf = (installed: readonly string[]) => new Shells(machine(installed, fish)).default?.id;
    expect(idOf(all)).toBe("bash");
    expect(idOf(["/usr/bin/fish", "/bin/sh"])).toBe("sh");
    expect(idOf(["/usr/bin/fish"])).toBe("fish");
    expect(new Shells(machine([], { read: () => "" })).default).toBeNull();
  });

  it("is none of which nobody knows whether it runs a text; it may be chosen", () => {
    const sources = machine(["/opt/nu"], { read: () => "/opt/nu\n" });
    const shells = new Shells(sources);
    expect(shells.list().map(({ id }) => id)).toEqual(["nu"]);
    expect(shells.default).toBeNull();
    shells.select("nu");
    expect(shells.default?.id).toBe("nu");
  });

  it("is what was configured, by path or id, and what was selected before that", () => {
    expect(new Shells(machine(all, { configured: "/bin/dash" })).default?.path).toBe("/bin/dash");
    const shells = new Shells(machine(all, { configured: "dash" }));
    expect(shells.default?.path).toBe("/bin/dash");
    expect(shells.select("sh").path).toBe("/bin/sh");
    expect(shells.default?.path).toBe("/bin/sh");
    expect(shells.resolve(undefined)).toBe("/bin/sh");
  });

  it("is selected by each for itself", () => {
    const shells = new Shells(machine(all));
    const other = shells.forAnother();
    shells.select("sh");
    expect([shells.default?.id, other.default?.id, shells.forAnother().default?.id]).toEqual(["sh", "bash", "bash"]);
  });

  it("is not changed by a shell that is not there", () => {
    const shells = new Shells(machine(all));
    for (const id of ["ksh", "bsh", ""]) {
      expect(() => shells.select(id)).toThrow(
        expect.objectContaining({ kind: "invalid_parameter", param: "shell_id" }),
      );
    }
    expect(shells.default?.id).toBe("bash");
  });

  it("that was selected and is gone gives way, and comes back", () => {
    const installed = [...all];
    const shells = new Shells(machine(installed));
    shells.select("sh");
    installed.splice(installed.indexOf("/bin/sh"), 1);
    shells.list();
    expect(shells.default?.id).toBe("bash");
  });

  it("cannot be configured to something that is not there", () => {
    for (const configured of ["/no/such/shell", "nosuch"]) {
      expect(() => new Shells(machine(all, { configured }))).toThrow(
        expect.objectContaining({ kind: "invalid_parameter", param: "defaultShell" }),
      );
    }
  });
});

describe("resolving", () => {
  it("gives the path of a known id, and leaves everything else to whoever runs it", () => {
    const shells = new Shells(machine(usual));
    expect(["bash", "/bin/sh", "/some/where", "fish"].map((name) => shells.resolve(name))).toEqual([
      "/bin/bash",
      "/bin/sh",
      "/some/where",
      "fish",
    ]);
  });
});
