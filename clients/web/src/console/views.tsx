import { lazy, type ComponentType } from "react";
import type { Words } from "./words/en.js";

/** A view of the console: where it is, what it is called, and the code of it, loaded when it is first gone to. */
export interface Place {
  name: keyof Words["places"];
  icon: string;
  view: ComponentType<{ path: readonly string[] }>;
}

const of = <K extends string>(load: () => Promise<Record<K, ComponentType<{ path: readonly string[] }>>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));

/** In groups, as the navigation shows them. The icons are paths of a 24 by 24 square. */
export const GROUPS: readonly (readonly Place[])[] = [
  [{ name: "overview", icon: "M4 20V10m5 10V4m5 16v-7m5 7V7", view: of(() => import("./overview/overview.js"), "Overview") }],
  [{ name: "users", icon: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 10a8 8 0 0 1 16 0", view: of(() => import("./users/users.js"), "Users") }],
];

export const PLACES: readonly Place[] = GROUPS.flat();
