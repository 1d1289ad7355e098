import { useRef, useState, type KeyboardEvent } from "react";
import { useWords } from "../preferences";
import { COLUMNS, EMOJI } from "./emoji";

/** Emoji to choose one of; the arrow keys move, Enter chooses. */
export function EmojiGrid({ onChoose }: { onChoose(emoji: string): void }) {
  const words = useWords();
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const along = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: along, ArrowLeft: -along, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    const step = steps[event.key];
    const next = at + (step ?? 0);
    if (step === undefined || next < 0 || next >= EMOJI.length) return;
    event.preventDefault();
    setAt(next);
    box.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={box} className="emoji-grid" role="group" aria-label={words.emoji} onKeyDown={onKeyDown}>
      {EMOJI.map((each, index) => (
        <button key={each} type="button" tabIndex={index === at ? 0 : -1} aria-label={each} onClick={() => onChoose(each)}>
          {each}
        </button>
      ))}
    </div>
  );
}
