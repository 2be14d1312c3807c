/** How many keys are asked for, one after the other, before the order begins again. */
const LENGTH = 16_384;
/** Of mulberry32: any odd number would do. Every process asks in the same order. */
const SEED = 0x9e3779b9;

/**
 * In which order keys are asked for, as places in a list of so many keys: each as likely as any other (`uniform`), or
 * the n-th with a likelihood of 1/n (`zipf`), as it is with what people ask for.
 */
export function keyOrder(kind: "uniform" | "zipf", keyCount: number): Uint16Array {
  const random = randomNumbers();
  const order = new Uint16Array(LENGTH);
  if (kind === "uniform") return order.map(() => Math.floor(random() * keyCount));
  const sums = new Float64Array(keyCount);
  let sum = 0;
  for (let place = 0; place < keyCount; place += 1) sums[place] = sum += 1 / (place + 1);
  return order.map(() => {
    const drawn = random() * sum;
    return sums.findIndex((upTo) => drawn < upTo);
  });
}

/** Numbers from 0 up to 1, the same ones each time: mulberry32. */
function randomNumbers(): () => number {
  let state = SEED;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
