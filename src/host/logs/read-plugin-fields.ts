/** Objects within objects that are kept; the worker sends fewer. Bounds the recursion over what a plugin nests. */
const MAX_DEPTH = 16;

/** What fields are cleaned of. */
export interface FieldRules {
  /** Names a plugin may not use at top level: its field `level` arrives as `level_`. */
  readonly reservedNames: ReadonlySet<string>;
  /** Replaces the secrets in a text. */
  readonly mask: (text: string) => string;
}

/**
 * Reads a line's fields from the JSON text a plugin sent. Every string, number and key is masked by itself, not the
 * text as a whole: in that a secret may be escaped, and a replacement could break it. `__proto__` is left out at
 * every depth, for the sake of whoever copies the fields further on.
 * @returns `undefined` for text that is not a JSON object.
 */
export function readPluginFields(json: string, rules: FieldRules): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields: Record<string, unknown> = {};
  for (const [key, member] of ownMembers(value, rules)) {
    let name = key;
    while (isReserved(name, rules)) name += "_";
    fields[name] = clean(member, rules, 1);
  }
  return fields;
}

/** Names every object has are reserved too: a logger that looks a field's name up in a table must not find them. */
function isReserved(name: string, { reservedNames }: FieldRules): boolean {
  return reservedNames.has(name) || name in Object.prototype;
}

function clean(value: unknown, rules: FieldRules, depth: number): unknown {
  if (typeof value === "string") return rules.mask(value);
  if (typeof value === "number") return maskNumber(value, rules);
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) return "[Object]";
  if (Array.isArray(value)) return value.map((item) => clean(item, rules, depth + 1));
  const members: Record<string, unknown> = {};
  for (const [key, member] of ownMembers(value, rules)) members[key] = clean(member, rules, depth + 1);
  return members;
}

function ownMembers(value: object, { mask }: FieldRules): [string, unknown][] {
  return Object.entries(value)
    .map(([key, member]): [string, unknown] => [mask(key), member])
    .filter(([key]) => key !== "__proto__");
}

/** A secret may be a number. */
function maskNumber(value: number, { mask }: FieldRules): unknown {
  const text = String(value);
  const masked = mask(text);
  return masked === text ? value : masked;
}
