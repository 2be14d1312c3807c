/** Characters shown of a value: enough to recognise it, little enough to keep a message on one line. */
const MAX_CHARACTERS = 60;

/**
 * Describes a value that was received, for an error message: JSON text, shortened, or what kind of thing it is.
 * Never throws.
 *
 * @param hide applied to the text before it is shortened, so that no half of a secret remains.
 */
export function describeValue(value: unknown, hide: (text: string) => string = (text) => text): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return JSON.stringify(shorten(hide(value)));
    case "number":
    case "boolean":
      return String(value);
    case "bigint":
      return shorten(`${value}n`);
    case "object":
      return value === null ? "null" : describeObject(value, hide);
    default:
      return `a ${typeof value}`;
  }
}

function describeObject(value: object, hide: (text: string) => string): string {
  try {
    const isData = Array.isArray(value) || isPlain(value);
    return isData
      ? shorten(hide(JSON.stringify(value)))
      : `an instance of ${shorten(value.constructor.name)}`;
  } catch {
    // A cycle, a bigint within, a getter that throws, a class without a name: nothing better can be said.
    return Array.isArray(value) ? "an array" : "an object";
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function shorten(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}
