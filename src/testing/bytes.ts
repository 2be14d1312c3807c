/** A value whose bytes tell it from others: a pattern of a long period that begins differently for each `seed`. */
export function patternOf(size: number, seed: number = 0): Uint8Array {
  const bytes = new Uint8Array(size);
  // A loop: of the largest values, `from` with a function takes a second.
  for (let index = 0; index < size; index += 1) bytes[index] = index * 31 + seed * 7 + (index >> 8);
  return bytes;
}

/** Text as a value. */
export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
