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
  [
    { name: "overview", icon: "M4 20V10m5 10V4m5 16v-7m5 7V7", view: of(() => import("./overview/overview.js"), "Overview") },
    { name: "users", icon: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 10a8 8 0 0 1 16 0", view: of(() => import("./users/users.js"), "Users") },
    {
      name: "groups",
      icon: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 10a7 7 0 0 1 14 0M16 4a4 4 0 0 1 0 7m3 10a7 7 0 0 0-3-6",
      view: of(() => import("./groups/groups.js"), "Groups"),
    },
    { name: "conversations", icon: "M4 5h16v11H10l-5 4v-4H4Z", view: of(() => import("./conversations/conversations.js"), "Conversations") },
    { name: "types", icon: "M4 6h7v6H4Zm9 0h7M13 9h7M4 15h7v5H4Zm9 2h7", view: of(() => import("./types/types.js"), "Types") },
    { name: "search", icon: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 5 5", view: of(() => import("./search/search.js"), "Search") },
  ],
  [
    { name: "review", icon: "M6 21V4h12l-3 4 3 4H6", view: of(() => import("./review/review.js"), "Review") },
    { name: "rules", icon: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM6 6l12 12", view: of(() => import("./rules/rules.js"), "Rules") },
  ],
  [
    { name: "webhooks", icon: "M4 12h12m0 0-5-5m5 5-5 5m9-12v14", view: of(() => import("./webhooks/webhooks.js"), "Webhooks") },
    { name: "commands", icon: "M4 4h16v16H4ZM10 16l4-8", view: of(() => import("./commands/commands.js"), "Commands") },
    { name: "keys", icon: "M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm4-4h9m-3 0v4", view: of(() => import("./keys/keys.js"), "Keys") },
    { name: "audit", icon: "M6 3h9l4 4v14H6ZM9 11h7M9 15h7M9 7h3", view: of(() => import("./audit/audit.js"), "Audit") },
    { name: "jobs", icon: "M12 3a9 9 0 1 0 9 9m-9-5v5l3 3", view: of(() => import("./jobs/jobs.js"), "Jobs") },
    { name: "settings", icon: "M4 7h9m4 0h3M4 17h3m4 0h9M15 4v6M9 14v6", view: of(() => import("./settings/settings.js"), "Settings") },
    { name: "tryout", icon: "M8 6 3 12l5 6m8-12 5 6-5 6", view: of(() => import("./tryout/tryout.js"), "TryOut") },
  ],
];

export const PLACES: readonly Place[] = GROUPS.flat();
