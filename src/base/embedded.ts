/** What a bundle that contains this package would not find beside itself. The build writes it into the package; the sources read their files. */

export interface Embedded {
  /** Of `package.json`. */
  readonly version: string | null;
  /** Entries of our threads, each whole in one URL. */
  readonly ledgerThread: string | null;
  readonly screenThread: string | null;
}

export const embedded: Embedded = { version: null, ledgerThread: null, screenThread: null };
