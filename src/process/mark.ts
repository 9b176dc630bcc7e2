/** Two marks that tell whose a process is: a variable in its environment, and an interval of resource limits that survives `env -i`. */

/** JSON-safe, so that the ledger can hold it and a later host can end what it names. */
export interface Mark {
  /** `LONGHAND_MARK=<value>` in the child's environment. Nested values are joined by `/`, so a mark is a prefix of its descendants' marks. */
  readonly cookie: string;
  /**
   * RLIMIT_RTTIME soft and hard, decimal: a process whose own limits lie within belongs to it. Null where limits cannot be set.
   */
  readonly limits: { readonly soft: string; readonly hard: string } | null;
}
