import { isJsonObject } from "./json-value.js";

/** The text of JSON data without blanks and with sorted keys: the same for data that differ in the order of keys only. */
export function canonicalJson(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(data)) return JSON.stringify(data);
  const keys = Object.keys(data).toSorted();
  // The keys are the object's own.
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(data[key]!)}`).join(",")}}`;
}
