import { usePreferences } from "../preferences.js";
import { ar } from "./ar.js";
import { en, type Words } from "./en.js";
import type { Language } from "./languages.js";

const WORDS: Record<Language, Words> = { en, ar };

/** The words of the chosen language. A language that lacks one does not compile. */
export function useWords(): Words {
  return WORDS[usePreferences().language];
}

/** How the chosen language writes moments, numbers and sizes. */
export function useFormats() {
  const { language } = usePreferences();
  return formatsOf(language);
}

const made = new Map<Language, ReturnType<typeof make>>();

function formatsOf(language: Language) {
  const kept = made.get(language) ?? make(language);
  made.set(language, kept);
  return kept;
}

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

function make(language: Language) {
  const number = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  return {
    number: (value: number) => number.format(value),
    short: (value: number) => short.format(value),
    moment: (value: string) => moment.format(new Date(value)),
    /** A day of UTC, as `2026-11-23`. */
    day: (value: string) => day.format(new Date(`${value}T00:00:00Z`)),
    percent: (value: number) => percent.format(value / 100),
    bytes: (value: number) => {
      const step = Math.min(UNITS.length, Math.max(1, Math.floor(Math.log(Math.max(1, value)) / Math.log(1000))));
      const unit = UNITS[step - 1] ?? "kilobyte";
      return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(value / 1000 ** step);
    },
  };
}
