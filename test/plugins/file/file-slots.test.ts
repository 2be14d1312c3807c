import test from "ava";
import { FileSlots, MAX_RUNNING } from "@stockpile/plugin-file";

type Kind = Parameters<FileSlots["run"]>[0];

/** Slots whose tasks end when told to, and what has started, in order. */
class Watched {
  readonly slots: FileSlots = new FileSlots();
  readonly started: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #failures = new Map<string, () => void>();

  add(kind: Kind, name: string): Promise<string> {
    return this.slots.run(kind, () => {
      this.started.push(name);
      return new Promise<string>((resolve, reject) => {
        this.#ends.set(name, () => resolve(name));
        this.#failures.set(name, () => reject(new Error(name)));
      });
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async fail(name: string): Promise<void> {
    this.#failures.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("no more than two tasks run at a time, of whatever kinds, and each settles as its task does", async (t) => {
  t.is(MAX_RUNNING, 2);
  const slots = new FileSlots();
  let running = 0;
  let most = 0;
  const kinds = ["read", "write", "background"] as const;
  const results = Array.from({ length: 300 }, (_, index) =>
    slots.run(kinds[index % 3] ?? "read", async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (index % 7 === 0) throw new Error(String(index));
      return index;
    }),
  );
  const settled = await Promise.allSettled(results);
  t.is(most, 2);
  for (const [index, result] of settled.entries()) {
    t.is(result.status, index % 7 === 0 ? "rejected" : "fulfilled");
  }
});

test("calls of one kind start in the order they came, and use both slots", async (t) => {
  const watched = new Watched();
  for (const name of ["a", "b", "c", "d"]) void watched.add("write", name);
  t.deepEqual(watched.started, ["a", "b"]);
  await watched.end("b");
  await watched.end("a");
  t.deepEqual(watched.started, ["a", "b", "c", "d"]);
});

test("a burst of writes leaves every other slot to reads that wait, and a burst of reads to writes", async (t) => {
  for (const [many, few] of [
    ["write", "read"],
    ["read", "write"],
  ] as const) {
    const watched = new Watched();
    for (const name of ["1", "2", "3", "4"]) void watched.add(many, name);
    void watched.add(few, "x");
    void watched.add(few, "y");
    await watched.end("1");
    t.deepEqual(watched.started, ["1", "2", "x"]);
    await watched.end("x");
    t.deepEqual(watched.started, ["1", "2", "x", "y"]);
    await watched.end("2");
    t.deepEqual(watched.started, ["1", "2", "x", "y", "3"]);
  }
});

test("background tasks run one at a time, and let calls that wait go first", async (t) => {
  const watched = new Watched();
  void watched.add("background", "sweep 1");
  void watched.add("background", "sweep 2");
  t.deepEqual(watched.started, ["sweep 1"]);
  for (const name of ["a", "b", "c"]) void watched.add("read", name);
  t.deepEqual(watched.started, ["sweep 1", "a"]);
  await watched.end("sweep 1");
  t.deepEqual(watched.started, ["sweep 1", "a", "b"]);
  await watched.end("a");
  await watched.end("b");
  t.deepEqual(watched.started, ["sweep 1", "a", "b", "c", "sweep 2"]);
});

test("under calls without end, a background task starts after every eight of them", async (t) => {
  for (const kinds of [["read"], ["write"], ["read", "write"]] as const) {
    const watched = new Watched();
    const calls = Array.from({ length: 40 }, (_, index) => `call ${index}`);
    for (const [index, name] of calls.entries()) {
      void watched.add(kinds[index % kinds.length] ?? "read", name);
    }
    for (const name of ["sweep 1", "sweep 2", "sweep 3"]) void watched.add("background", name);
    for (let ended = 0; ended < watched.started.length; ended += 1) {
      await watched.end(watched.started[ended] ?? "");
    }
    const places = ["sweep 1", "sweep 2", "sweep 3"].map((name) => watched.started.indexOf(name));
    t.deepEqual(places, [10, 20, 30], `${kinds.join(" and ")}: two run before it waits, one while it runs`);
  }
});

test("an urgent task starts before all that wait, as one of the two", async (t) => {
  const watched = new Watched();
  for (const name of ["a", "b", "c"]) void watched.add("write", name);
  void watched.add("read", "d");
  void watched.add("urgent", "touch");
  t.deepEqual(watched.started, ["a", "b"]);
  await watched.end("a");
  t.deepEqual(watched.started, ["a", "b", "touch"]);
  await watched.end("touch");
  t.deepEqual(watched.started, ["a", "b", "touch", "d"]);
});

test("a task that fails gives its slot back", async (t) => {
  const watched = new Watched();
  const failing = watched.add("read", "a");
  void watched.add("read", "b");
  void watched.add("read", "c");
  const failed = t.throwsAsync(failing, { message: "a" });
  await watched.fail("a");
  await failed;
  t.deepEqual(watched.started, ["a", "b", "c"]);
});
