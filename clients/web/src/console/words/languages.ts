export const LANGUAGES = ["en", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];
export const DIRECTION: Record<Language, "ltr" | "rtl"> = { en: "ltr", ar: "rtl" };
/** Each by its own name. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", ar: "العربية" };
