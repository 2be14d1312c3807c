import type { z } from "zod";
import type { ConfigPath } from "./format-path.js";
import type { IssueList } from "./issue-list.js";
import { SchemaReport } from "./schema-report.js";

/**
 * Checks data against a schema and reports every mistake.
 *
 * @param at where the data stand in the configuration.
 * @returns what the schema makes of the data, or `undefined` after a report.
 */
export async function validate<T>(
  schema: z.ZodType<T>,
  data: unknown,
  issues: IssueList,
  at: ConfigPath = [],
): Promise<T | undefined> {
  const report = new SchemaReport(issues, at);
  // Not all schemas of servers can be had at once.
  return report.settle(await schema.safeParseAsync(data, report.parameters));
}
