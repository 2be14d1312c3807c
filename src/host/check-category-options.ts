import { z } from "zod";
import type { CategoryOptions } from "./cache/category-options.js";
import type { Codec } from "./cache/codec.js";
import { resolveCodec } from "./cache/resolve-codec.js";
import { checkTimes } from "./config/check-times.js";
import type { CategoryConfig } from "./config/config.js";
import { DEFAULT_LOAD_TIMEOUT_MS, DEFAULT_TTL_MS } from "./config/defaults.js";
import type { ConfigPath } from "./config/format-path.js";
import { IssueList } from "./config/issue-list.js";
import { CATEGORY_SHAPE, nameUnits } from "./config/schema/category-shape.js";
import { SchemaReport } from "./config/schema-report.js";
import { SecretMask } from "./config/secret-mask.js";

/** What the code says of a category, once read: as in the configuration, and what only code can say. */
export interface CheckedOptions<T> extends Omit<CategoryConfig, "name" | "storage"> {
  readonly load: CategoryOptions<T>["load"];
  readonly loadMany: CategoryOptions<T>["loadMany"];
  readonly schema: CategoryOptions<T>["schema"];
  readonly codec: Codec<T>;
}

/** Names the options in messages. */
const SOURCE = "passed to category()";

const func = z.custom((value) => typeof value === "function", "expected a function").exactOptional();

const optionsSchema = z.strictObject(
  {
    ...CATEGORY_SHAPE,
    load: func,
    loadMany: func,
    schema: z
      .custom(isStandardSchema, "expected a Standard Schema of version 1, as zod and valibot make them")
      .exactOptional(),
    // It has a check of its own.
    codec: z.unknown().optional(),
  },
  { error: ({ code }) => (code === "invalid_type" ? "expected an object of options" : undefined) },
);

/**
 * Checks the options of a category. One that is `undefined` counts as left out.
 * @throws {ConfigError} options are unknown or wrong; lists each, as `categories.<name>.<option>`.
 */
export function checkCategoryOptions<T>(name: string, options: CategoryOptions<T>): CheckedOptions<T> {
  const at = ["categories", name];
  // Nothing that code says is known to come from the environment.
  const issues = new IssueList(new SecretMask([]));
  const given = leaveOutUndefined(options);
  const report = new SchemaReport(issues, at, "option");
  const said = report.settle(optionsSchema.safeParse(given, report.parameters));
  if (!isOptions(given)) throw issues.toError(SOURCE);
  checkTimes(given, at, issues, { ttl: DEFAULT_TTL_MS, loadTimeout: DEFAULT_LOAD_TIMEOUT_MS });
  const codec = readCodec(given["codec"], [...at, "codec"], issues);
  if (said === undefined || codec === undefined || !issues.isEmpty) throw issues.toError(SOURCE);
  const { load, loadMany, schema, codec: _, ...policy } = said;
  // What a category holds is the application's claim: that its functions are for it cannot be checked.
  return { ...nameUnits(policy), load, loadMany, schema, codec } as CheckedOptions<T>;
}

/** A copy without what is `undefined`, in `near` too; what is no object of options is answered as it is. */
function leaveOutUndefined(options: unknown): unknown {
  if (!isOptions(options)) return options;
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    said.map(([name, value]) => [name, name === "near" ? leaveOutUndefined(value) : value]),
  );
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema may be callable, and carry its methods all the same. */
function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  return isOptions(standard) && standard["version"] === 1 && typeof standard["validate"] === "function";
}

function readCodec(value: unknown, at: ConfigPath, issues: IssueList): Codec<unknown> | undefined {
  try {
    return resolveCodec(value as "json" | Codec<unknown> | undefined); // it checks what it is given
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The path says that it is the codec.
    issues.add(at, message.replace(/^Cannot use codec: /, ""));
    return undefined;
  }
}
