import type { components } from "@parley/client";

export type Day = components["schemas"]["Usage"]["data"][number];
export type Metric = Exclude<keyof Day, "day">;
/** How the days come to one figure: what was sent adds up, who was active does not, what is stored is the last. */
export type Sum = "all" | "most" | "last";

export function figureOf(days: readonly Day[], metric: Metric, sum: Sum): number {
  const values = days.map((day) => day[metric]);
  if (sum === "last") return values.at(-1) ?? 0;
  if (sum === "most") return Math.max(0, ...values);
  return values.reduce((total, value) => total + value, 0);
}

/** A round number at or above the greatest: 1, 2 or 5 of a power of ten. */
export function scaleOf(values: readonly number[]): number {
  const greatest = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(greatest));
  return ([1, 2, 5, 10].find((step) => step * power >= greatest) ?? 10) * power;
}
