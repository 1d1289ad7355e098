import { useWords } from "../preferences";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import type { Turn } from "./turn";

/** Says how often a member may write, and counts down until they may again. */
export function SlowMode({ turn }: { turn: Turn }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <p className="slow-mode">
      <Icon name="clock" />
      {turn.wait ? <span role="timer">{words.slowWait(formats.clock(turn.wait))}</span> : words.slowEvery(formats.duration(turn.every))}
    </p>
  );
}
