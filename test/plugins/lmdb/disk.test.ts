/** A disk with no room left: as seen by a process whose files may be no larger. */
import test from "ava";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const PROCESS = new URL("fixtures/filler.js", import.meta.url);
const MAX_FILE_BYTES = 4_000_000;

/** How a step of the process ended that filled the folder. */
interface End {
  readonly answer?: typeof NOT_FILLED;
}

const NOT_FILLED = { stored: 0, readable: 0, message: "", code: "" };

for (const durability of ["none", "async", "sync"]) {
  test.serial(
    `where no more can be written, writes are refused, reads served, and it goes on once there is room (durability ${durability})`,
    async (t) => {
      const path = temporaryFolder(t);
      const steps = ["fill:20000", "ping", "get:none", "fill:20000", "purge:0", "clear", "put:a:100"];
      const limited = new Script(
        t,
        PROCESS,
        { path, durability, steps },
        { through: ["prlimit", `--fsize=${MAX_FILE_BYTES}`] },
      );
      await limited.printed("done");
      t.false(limited.lines.some((line) => line.startsWith("unhandled")));
      const ends = limited.lines.filter((line) => line.includes("{"));
      const [filled, ...others] = ends.map((line) => JSON.parse(line.slice(line.indexOf("{"))) as End);
      t.is(others.length, steps.length - 1);
      const { stored, readable, message, code } = filled?.answer ?? NOT_FILLED;
      t.true(stored > 100, `${stored} were stored`);
      t.is(readable, stored);
      // Of a write that fits in half LMDB says EIO.
      t.regex(code, /^(?:EFBIG|EIO)$/);
      t.regex(message, /^Cannot store entry of category "filled" in .*: expected .*: received E\w+ \(.*\)$/);
      await limited.kill();

      const free = new Script(t, PROCESS, { path, durability, steps: ["ping", "put:a:30000", "get:a"] });
      await free.printed("done");
      t.deepEqual(free.lines.slice(0, 3), [
        'ping {"answer":"done"}',
        'put:a:30000 {"answer":"done"}',
        'get:a {"answer":30000}',
      ]);
    },
  );
}
