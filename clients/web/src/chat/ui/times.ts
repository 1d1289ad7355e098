import { usePreferences } from "../preferences";
import type { Language } from "../preferences";
import type { Words } from "../words/en";

/** Midnight of a moment's day, here. */
export const dayOf = (moment: string | Date) => new Date(moment).setHours(0, 0, 0, 0);

const DURATIONS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

function dayName(day: number, language: Language, words: Words): string {
  const days = Math.round((dayOf(new Date()) - day) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const thisYear = new Date(day).getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", ...(thisYear ? {} : { year: "numeric" }) }).format(day);
}

/** Moments, days and sizes in the page's language. */
export function useFormats() {
  const { language, words } = usePreferences();
  const at = (moment: string, how: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, how).format(new Date(moment));
  return {
    time: (moment: string) => at(moment, { hour: "numeric", minute: "2-digit" }),
    full: (moment: string) => at(moment, { dateStyle: "full", timeStyle: "short" }),
    moment: (moment: string) => at(moment, { dateStyle: "medium", timeStyle: "short" }),
    day: (day: number) => dayName(day, language, words),
    /** The time of today, the weekday of this week, or else the date. */
    brief: (moment: string) => {
      const days = Math.round((dayOf(new Date()) - dayOf(moment)) / 86_400_000);
      if (days === 0) return at(moment, { hour: "numeric", minute: "2-digit" });
      return at(moment, days < 7 ? { weekday: "short" } : { day: "numeric", month: "short" });
    },
    percent: (share: number) => new Intl.NumberFormat(language, { style: "percent" }).format(share),
    count: (number: number) => number.toLocaleString(language),
    list: (names: readonly string[]) => new Intl.ListFormat(language, { type: "conjunction" }).format(names),
    size: (bytes: number) => {
      const steps = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
      const step = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
      return new Intl.NumberFormat(language, { style: "unit", unit: steps[step] ?? "byte", unitDisplay: "short", maximumFractionDigits: step ? 1 : 0 }).format(bytes / 1000 ** step);
    },
    /** In the largest unit that says it in a whole number. */
    duration: (seconds: number) => {
      const [unit, size] = DURATIONS.find(([, each]) => seconds % each === 0) ?? ["second", 1];
      return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(seconds / size);
    },
    metres: (length: number) => new Intl.NumberFormat(language, { style: "unit", unit: "meter", maximumFractionDigits: 0 }).format(length),
    clock: (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`,
  };
}
