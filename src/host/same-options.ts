/**
 * Whether two sets of options say the same: the same values under the same names, an `undefined` one being as good as
 * none. What is no object of options is the same as nothing.
 */
export function sameOptions(left: unknown, right: object): boolean {
  if (typeof left !== "object" || left === null || Array.isArray(left)) return false;
  const [given, known] = [saidIn(left), saidIn(right)];
  return given.size === known.size && [...given].every(([name, value]) => known.get(name) === value);
}

function saidIn(options: object): Map<string, unknown> {
  return new Map(Object.entries(options).filter(([, value]) => value !== undefined));
}
