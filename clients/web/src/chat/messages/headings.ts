import type { Brief } from "@parley/client";
import { useWords } from "../preferences";

/** What a list, a quote or a pin shows of a message: its text or, where it has none, what it carries. */
export function useHeading(): (said: Brief) => string {
  const words = useWords();
  return ({ text, attachments }) => text || (attachments.length === 1 && attachments[0] === "location" ? words.location : words.attachment);
}
