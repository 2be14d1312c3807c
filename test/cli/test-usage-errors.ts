import test from "ava";
import { runCommand } from "./run-command.js";

/**
 * Tests that commands end with 2 and say what is wrong with their arguments, and where to read about them.
 * @param hint what else they say.
 */
export function testUsageErrors(
  cases: readonly (readonly [args: readonly string[], message: RegExp])[],
  hint?: RegExp,
): void {
  for (const [args, message] of cases) {
    test(`stockpile ${args.join(" ")} is a usage error`, async (t) => {
      const { code, stdout, stderr } = await runCommand(args);
      t.is(code, 2);
      t.is(stdout, "");
      t.regex(stderr, message);
      if (hint !== undefined) t.regex(stderr, hint);
      t.notRegex(stderr, /^ +at /m, "no stack trace");
    });
  }
}
