/** Ends the category in what is hashed: a character that no category's name holds. */
const SEPARATOR = 0;

/**
 * 64 bits that tell one entry's category and key from another's, as two signed 32-bit numbers. They guard against
 * mix-ups, not against attackers.
 *
 * The scheme and its constants are those of cyrb53 (bryc, public domain, https://github.com/bryc/code): two lanes
 * that xor and multiply each UTF-16 code unit like FNV-1a, mixed in the end like MurmurHash3. cyrb53 keeps 53 bits
 * of the result; all 64 are kept here.
 */
export function entryHash(category: string, key: string): readonly [high: number, low: number] {
  let high = 0xdeadbeef | 0;
  let low = 0x41c6ce57;
  for (let index = 0; index < category.length; index += 1) {
    const unit = category.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ SEPARATOR, 0x9e3779b1);
  low = Math.imul(low ^ SEPARATOR, 0x5f356495);
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  const mixedLow =
    Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 0xc2b2ae35);
  return [mixedHigh, mixedLow];
}
