/** Ports for tests: free ones, and a listener that does not belong to any command. */
import { type AddressInfo, createServer, type Server } from "node:net";

/** Nobody listened on it a moment ago, on any address. */
export async function freePort(): Promise<number> {
  const server = await listen(0, "::").catch(() => listen(0, "0.0.0.0"));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Held by this very process until the block ends. */
export async function heldPort(host = "127.0.0.1"): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = await listen(0, host);
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(port: number, host: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}
