import type { components } from "@parley/client";

type Schemas = components["schemas"];

/** The exports and erasures that this browser started or looked at: Parley has no list of them. */
export interface Remembered {
  id: string;
  kind: Schemas["Job"]["kind"];
  user_id: string | null;
  created_at: string;
}

const KEPT = 50;
const keyOf = (tenant: string) => `parley-console-jobs-${tenant}`;

export function remembered(tenant: string): readonly Remembered[] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(tenant)) ?? "[]") as Remembered[];
  } catch {
    return [];
  }
}

/** Newest first, each once. */
export function remember(tenant: string, { id, kind, user_id, created_at }: Remembered): void {
  const others = remembered(tenant).filter((each) => each.id !== id);
  localStorage.setItem(keyOf(tenant), JSON.stringify([{ id, kind, user_id, created_at }, ...others].slice(0, KEPT)));
}
