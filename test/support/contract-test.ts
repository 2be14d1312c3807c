import test from "ava";

/** Registers a test of the conformance kit with ava, which needs an assertion in each: one after the other. */
export function contractTest(title: string, run: () => Promise<void>): void {
  test.serial(title, async (t) => {
    await run();
    t.pass();
  });
}
