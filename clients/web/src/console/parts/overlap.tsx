import { useWords } from "../words/words.js";
import { Choose } from "./field.js";

/** How long what is replaced goes on counting beside what replaces it. */
export type Seconds = "0" | "3600" | "86400" | "604800";
const CHOICES: readonly Seconds[] = ["0", "3600", "86400", "604800"];

export function Overlap({ value, onChange }: { value: Seconds; onChange: (value: Seconds) => void }) {
  const words = useWords();
  return <Choose label={words.common.overlap} value={value} onChange={onChange} options={CHOICES.map((each) => ({ value: each, label: words.common.overlaps[each] }))} />;
}
