// Removes every build output, so that a deleted source never leaves a stale test or module behind.
import { readdirSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
for (const name of readdirSync("plugins")) {
  rmSync(`plugins/${name}/dist`, { recursive: true, force: true });
}
