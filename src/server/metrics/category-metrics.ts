/** What is measured of each category. */
import type { CategoryHealth, Health } from "../../host/main.js";
import type { MetricDefinition, Sample } from "./metric-definition.js";
import { quantiles } from "./quantiles.js";

export const CATEGORY_METRICS: readonly MetricDefinition[] = [
  {
    type: "counter",
    name: "stockpile_category_gets_total",
    help: "Gets of a category by where their value came from; failed ones had an error for an answer",
    labelNames: ["category", "source"],
    samples: ofEach(({ name, gets }) =>
      Object.entries(gets).map(([source, value]) => ({ labels: { category: name, source }, value })),
    ),
  },
  {
    type: "gauge",
    name: "stockpile_category_get_duration_seconds",
    help: "How long gets that had to wait took in the last minute, by where their value came from and quantile; absent where there were none",
    labelNames: ["category", "source", "quantile"],
    samples: ofEach(({ name, getTimes }) =>
      Object.entries(getTimes).flatMap(([source, { p50Ms, p95Ms, p99Ms }]) =>
        quantiles({ category: name, source }, { "0.5": p50Ms, "0.95": p95Ms, "0.99": p99Ms }),
      ),
    ),
  },
  {
    type: "counter",
    name: "stockpile_category_loads_total",
    help: "Keys of a category that were loaded from their source, by result",
    labelNames: ["category", "result"],
    samples: ofEach(({ name, loads: { succeeded, failed } }) => [
      { labels: { category: name, result: "succeeded" }, value: succeeded },
      { labels: { category: name, result: "failed" }, value: failed },
    ]),
  },
  {
    type: "gauge",
    name: "stockpile_category_load_duration_seconds",
    help: "How long loads took in the last minute, by quantile; absent where there were none",
    labelNames: ["category", "quantile"],
    samples: ofEach(({ name, loads: { p50Ms, p99Ms } }) =>
      quantiles({ category: name }, { "0.5": p50Ms, "0.99": p99Ms }),
    ),
  },
  {
    type: "counter",
    name: "stockpile_category_undecodable_total",
    help: "Entries of the backend that were no value of the category",
    labelNames: ["category"],
    samples: ofEach(({ name, undecodable }) => [{ labels: { category: name }, value: undecodable }]),
  },
  {
    type: "gauge",
    name: "stockpile_near_entries",
    help: "Entries in the near cache of a category",
    labelNames: ["category"],
    samples: ofEach(({ name, near }) => [{ labels: { category: name }, value: near.entries }]),
  },
  {
    type: "gauge",
    name: "stockpile_near_bytes",
    help: "Bytes in the near cache of a category, with an allowance for each entry",
    labelNames: ["category"],
    samples: ofEach(({ name, near }) => [{ labels: { category: name }, value: near.bytes }]),
  },
];

function ofEach(
  read: (category: CategoryHealth) => readonly Sample[],
): (health: Health) => readonly Sample[] {
  return ({ categories }) => categories.flatMap(read);
}
