/** The plugin keeps the contract with an adapter that keeps files: keyv-file. */
import { filesIn } from "./adapters.js";
import { testInFolders } from "./test-in-folders.js";

testInFolders(filesIn);
