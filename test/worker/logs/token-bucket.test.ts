import test from "ava";
import { TokenBucket } from "../../../src/worker/logs/token-bucket.js";
import { FakeClock } from "../../support/fake-clock.js";

function createBucket(): { bucket: TokenBucket; clock: FakeClock } {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ capacity: 10, tokensPerSecond: 2, monotonic: () => clock.monotonic() });
  return { bucket, clock };
}

test("TokenBucket is full at first and holds no more later", (t) => {
  const { bucket, clock } = createBucket();
  t.true(bucket.holds(10));
  clock.block(60_000);
  t.true(bucket.holds(10));
  t.false(bucket.holds(10.5));
});

test("TokenBucket earns its tokens evenly", (t) => {
  const { bucket, clock } = createBucket();
  bucket.take(10);
  clock.block(499);
  t.false(bucket.holds(1));
  clock.block(1);
  t.true(bucket.holds(1));
  t.false(bucket.holds(2));
});

test("TokenBucket pays a debt back before it holds anything", (t) => {
  const { bucket, clock } = createBucket();
  bucket.take(14);
  clock.block(2000);
  t.false(bucket.holds(1));
  clock.block(500);
  t.true(bucket.holds(1));
});
