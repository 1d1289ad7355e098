import { useSyncExternalStore } from "react";
import { LANGUAGES, type Language } from "./words/languages.js";

/** What a person chose for this browser. "system" follows the device. */
export type Theme = "system" | "light" | "dark";

export interface Preferences {
  language: Language;
  theme: Theme;
  /** As whom the person moderates: a user's id, or nobody yet. */
  moderator: string;
}

const KEY = "parley-console";
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  const kept = (() => {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    } catch {
      return {};
    }
  })();
  const spoken = navigator.language.split("-")[0];
  const language = LANGUAGES.find((each) => each === kept.language) ?? LANGUAGES.find((each) => each === spoken) ?? "en";
  return { language, theme: THEMES.find((each) => each === kept.theme) ?? "system", moderator: typeof kept.moderator === "string" ? kept.moderator : "" };
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}
