/**
 * Whether two sets of options say the same: the same values under the same names, an `undefined` one being as good as
 * none. `near` is itself a set of options. What is no object of options is the same as nothing.
 */
export function sameOptions(left: unknown, right: unknown): boolean {
  if (!isOptions(left) || !isOptions(right)) return false;
  const [given, known] = [saidIn(left), saidIn(right)];
  return (
    given.size === known.size && [...given].every(([name, value]) => isSame(name, value, known.get(name)))
  );
}

function isSame(name: string, left: unknown, right: unknown): boolean {
  return left === right || (name === "near" && sameOptions(left, right));
}

function isOptions(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function saidIn(options: object): Map<string, unknown> {
  return new Map(Object.entries(options).filter(([, value]) => value !== undefined));
}
