/** The plugin keeps the contract with an adapter that calls a database synchronously: @resolid/keyv-sqlite. */
import { sqliteIn } from "./adapters.js";
import { testInFolders } from "./test-in-folders.js";

testInFolders(sqliteIn);
