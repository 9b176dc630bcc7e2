/** One connection to the database: prepared statements by their text, and transactions. Knows nothing of what is stored. */
import { DatabaseSync, type StatementSync } from "node:sqlite";

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: { readonly busyTimeoutMs: number }) {
    this.#database = new DatabaseSync(path, { timeout: options.busyTimeoutMs });
  }

  get(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: readonly Value[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** A pragma that answers with one number. */
  pragma(name: string): number {
    return Number(Object.values(this.get(`PRAGMA ${name}`) ?? {})[0]);
  }

  setBusyTimeout(ms: number): void {
    this.#database.exec(`PRAGMA busy_timeout = ${ms}`);
  }

  /** `read` takes no write lock; `write` takes it at once, so that no later statement can find the lock taken. */
  transaction<T>(mode: "read" | "write", work: () => T): T {
    this.run(mode === "read" ? "BEGIN" : "BEGIN IMMEDIATE");
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Undoes only `work` when it throws, and keeps the transaction around it. */
  savepoint<T>(work: () => T): T {
    this.run("SAVEPOINT one");
    try {
      const result = work();
      this.run("RELEASE one");
      return result;
    } catch (error) {
      // A full disk ends the whole transaction by itself: there is no savepoint left then.
      if (this.#database.isTransaction) this.exec("ROLLBACK TO one; RELEASE one");
      throw error;
    }
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
