import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { ar } from "./words/ar";
import { en, type Words } from "./words/en";

export const LANGUAGES = { en: { name: "English", dir: "ltr", words: en }, ar: { name: "العربية", dir: "rtl", words: ar } } as const;
export type Language = keyof typeof LANGUAGES;
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

interface Preferences {
  language: Language;
  theme: Theme;
  words: Words;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}

const Context = createContext<Preferences | undefined>(undefined);

/** What was chosen before; the address (`?lang=ar&theme=dark`) goes before it. */
function chosen<T extends string>(name: string, known: readonly T[], otherwise: T): T {
  const said = new URLSearchParams(location.search).get(name) ?? localStorage.getItem(`parley-${name}`);
  return known.find((each) => each === said) ?? otherwise;
}

/** Language and theme, kept in the browser and shown on the root element. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const languages = Object.keys(LANGUAGES) as Language[];
  const [language, setLanguage] = useState(() => chosen("lang", languages, languages.find((each) => navigator.language.startsWith(each)) ?? "en"));
  const [theme, setTheme] = useState(() => chosen("theme", THEMES, "auto"));
  useEffect(() => {
    const { documentElement: root } = document;
    root.lang = language;
    root.dir = LANGUAGES[language].dir;
    if (theme === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    document.title = LANGUAGES[language].words.title;
    localStorage.setItem("parley-lang", language);
    localStorage.setItem("parley-theme", theme);
  }, [language, theme]);
  const value = useMemo(() => ({ language, theme, setLanguage, setTheme, words: LANGUAGES[language].words }), [language, theme]);
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): Preferences {
  const found = useContext(Context);
  if (!found) throw new Error("There is no PreferencesProvider above");
  return found;
}

export const useWords = () => usePreferences().words;
