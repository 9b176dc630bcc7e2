import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { databasePaths } from "../../support/ledger/directory.ts";
import { describeLedger } from "../../support/ledger/conformance.ts";

const nextPath = databasePaths();
describeLedger("the SQLite ledger", (options) => openSqliteLedger({ path: nextPath(), ...options }));
