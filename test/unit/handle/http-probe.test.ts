import { describe, expect, it } from "vitest";
import { addressFor, parseProbeUrl, portOf } from "../../../src/handle/http-probe.ts";

describe("what may be probed", () => {
  it.each([
    ["http://localhost:5173", "http://localhost:5173/", 5173],
    ["https://localhost/x?y=1", "https://localhost/x?y=1", 443],
    ["http://app.localhost:80/", "http://app.localhost/", 80],
    [":8000/health", "http://localhost:8000/health", 8000],
    [":8000", "http://localhost:8000/", 8000],
    ["http://127.1:1", "http://127.0.0.1:1/", 1],
    ["http://[::1]:3000/", "http://[::1]:3000/", 3000],
    ["http://0.0.0.0:3000/", "http://0.0.0.0:3000/", 3000],
  ])("%s", (text, href, port) => {
    const url = parseProbeUrl(text);
    expect(url?.href).toBe(href);
    expect(url && portOf(url)).toBe(port);
  });

  it.each([
    "http://example.com/",
    "http://127.example.com/",
    "http://localhost.example.com/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://user:secret@localhost/",
    "file:///etc/passwd",
    "ws://localhost:1",
    "localhost:3000",
    "/health",
    ":99999/",
    "",
  ])("not %s", (text) => {
    expect(parseProbeUrl(text)).toBeNull();
  });
});

describe("where to connect", () => {
  const to = (url: string, listensOn: string) => {
    const parsed = parseProbeUrl(url);
    return parsed && addressFor(parsed, listensOn);
  };

  it.each([
    ["0.0.0.0", "127.0.0.1"],
    ["::", "::1"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.2", "127.0.0.2"],
    ["::1", "::1"],
    ["192.0.2.1", null],
  ])("localhost of a server on %s is %s", (listensOn, address) => {
    expect(to("http://localhost:1/", listensOn)).toBe(address);
    expect(to("http://0.0.0.0:1/", listensOn)).toBe(address);
  });

  it.each([
    ["127.0.0.1", "0.0.0.0", "127.0.0.1"],
    ["127.0.0.1", "::", "127.0.0.1"],
    ["127.0.0.1", "127.0.0.1", "127.0.0.1"],
    // There might be somebody else.
    ["127.0.0.1", "::1", null],
    ["127.0.0.1", "127.0.0.2", null],
    ["[::1]", "::", "::1"],
    ["[::1]", "0.0.0.0", null],
  ])("%s of a server on %s is %s", (host, listensOn, address) => {
    expect(to(`http://${host}:1/`, listensOn)).toBe(address);
  });
});
