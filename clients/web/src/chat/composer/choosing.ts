import { useState, type KeyboardEvent } from "react";

/** Which of what is offered Enter takes, moved by the arrows, while the keys stay in the field. */
export function useChosen<T>(offered: readonly T[], choose: (one: T) => void, close: () => void) {
  const [moved, setMoved] = useState(0);
  const at = Math.max(0, Math.min(moved, offered.length - 1));
  /** Whether the key was for the offer. */
  const onKey = (event: KeyboardEvent): boolean => {
    const chosen = offered[at];
    if (!chosen || event.nativeEvent.isComposing) return false;
    if (event.key === "ArrowDown") setMoved((at + 1) % offered.length);
    else if (event.key === "ArrowUp") setMoved((at + offered.length - 1) % offered.length);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) choose(chosen);
    else return false;
    event.preventDefault();
    return true;
  };
  return { at, first: () => setMoved(0), onKey };
}
