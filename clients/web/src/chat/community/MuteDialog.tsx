import { Refused } from "@parley/client";
import { useChat } from "@parley/react";
import { useState, type FormEvent } from "react";
import { fieldOf } from "../composer/MomentDialog";
import { useWords } from "../preferences";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";

const ENDS = ["hour", "day", "week", "moment", "always"] as const;
type End = (typeof ENDS)[number];

const SECONDS: Partial<Record<End, number>> = { hour: 3600, day: 86_400, week: 7 * 86_400 };

/** Mutes a user, for good or until a moment. */
export function MuteDialog({ user, name, onDone }: { user: string; name: string; onDone(): void }) {
  const words = useWords();
  const chat = useChat();
  const [end, setEnd] = useState<End>("day");
  const [moment, setMoment] = useState(() => fieldOf(new Date(Date.now() + 86_400_000)));
  const [failure, setFailure] = useState("");
  const mute = (event: FormEvent) => {
    event.preventDefault();
    const seconds = SECONDS[end];
    const until = end === "always" ? null : seconds ? new Date(Date.now() + seconds * 1000) : new Date(moment);
    chat.own.mutes.mute(user, until).then(onDone, (problem: unknown) => setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem))));
  };
  return (
    <Dialog title={words.muteUser(name)} onClose={onDone}>
      <form onSubmit={mute}>
        <label className="field">
          {words.muteFor}
          <select value={end} onChange={({ target }) => setEnd(target.value as End)}>
            {ENDS.map((each) => (
              <option key={each} value={each}>
                {words.muteEnds[each]}
              </option>
            ))}
          </select>
        </label>
        {end === "moment" && (
          <label className="field">
            {words.mutedUntilWhen}
            <input type="datetime-local" required value={moment} min={fieldOf(new Date(Date.now() + 60_000))} onChange={({ target }) => setMoment(target.value)} />
          </label>
        )}
        <p className="quiet">{words.muteHint}</p>
        <DialogFooter act={words.mute} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}
