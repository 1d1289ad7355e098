import { Refused, type Conversation } from "@parley/client";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";
import { useFormats } from "../ui/times";

/** Seconds. */
const CHOICES = [0, 10, 30, 60, 300, 900, 3600, 86_400];

/** How long members wait between two messages. */
export function SlowModeDialog({ conversation, onDone }: { conversation: Conversation; onDone(): void }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const [seconds, setSeconds] = useState(conversation.slow_mode_seconds);
  const [failure, setFailure] = useState("");
  const choices = [...new Set([...CHOICES, conversation.slow_mode_seconds])].sort((one, other) => one - other);
  const save = (event: FormEvent) => {
    event.preventDefault();
    api
      .put("/v1/conversations/{conversation_id}", { path: { conversation_id: conversation.id }, body: { slow_mode_seconds: seconds } })
      .then(onDone, (problem: unknown) => setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem))));
  };
  return (
    <Dialog title={words.slowMode} onClose={onDone}>
      <form onSubmit={save}>
        <label className="field">
          {words.waitBetween}
          <select value={seconds} onChange={({ target }) => setSeconds(Number(target.value))}>
            {choices.map((each) => (
              <option key={each} value={each}>
                {each ? formats.duration(each) : words.noWait}
              </option>
            ))}
          </select>
        </label>
        <p className="quiet">{words.slowModeHint}</p>
        <DialogFooter act={words.save} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}
