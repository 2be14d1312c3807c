/** What is stored and asked for: as many keys as a busy cache has hot ones, each with a value of its own. */
const KEY_COUNT = 10_000;
const VALUE_BYTES = 200;

export const KEYS: readonly string[] = Array.from({ length: KEY_COUNT }, (_, index) => `player-${index}`);

/** The value of a key: 200 bytes in a buffer of their own, that no other key has. */
export function valueOf(index: number): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES).fill(index % 251);
  new DataView(value.buffer).setUint32(0, index);
  return value;
}

/** The record of a key: about 200 bytes as JSON. */
export function recordOf(index: number): object {
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    name: `Player ${index}`,
    legacy: false,
    score: index,
    properties: [{ name: "textures", value: "x".repeat(70), signature: null }],
  };
}
