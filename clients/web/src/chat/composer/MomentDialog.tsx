import { Refused } from "@parley/client";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";

/** Parley takes a minute to a year ahead; the field knows minutes. */
const SOONEST = 2 * 60_000;
const LATEST = 365 * 86_400_000;

interface Props {
  title: string;
  act: string;
  first: Date;
  /** What the message says so far, where that can be changed too. */
  text?: string;
  /** Whether it says something without a text. */
  textless?: boolean;
  /** Under the same `key` the same is asked for again. Without a moment it stays the one that it was. */
  onChoose(moment: Date, key: string, text: string): Promise<void>;
  onDone(): void;
}

/** Asks for the moment at which a message is sent and, of one that is scheduled already, for what it says. */
export function MomentDialog({ title, act, first, text: said, textless = false, onChoose, onDone }: Props) {
  const words = useWords();
  const [value, setValue] = useState(() => fieldOf(first));
  const [text, setText] = useState(said ?? "");
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const now = Date.now();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    // The field has no seconds: a moment that nobody changed stays as it was.
    const moment = value === fieldOf(first) ? first : new Date(value);
    onChoose(moment, key, text).then(onDone, (problem: unknown) => {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
      setBusy(false);
    });
  };
  return (
    <Dialog title={title} onClose={onDone}>
      <form onSubmit={submit}>
        {said !== undefined && (
          <label className="field">
            {words.messageText}
            <textarea value={text} dir="auto" rows={4} required={!textless} onChange={({ target }) => setText(target.value)} />
          </label>
        )}
        <label className="field">
          {words.sendAt}
          <input
            type="datetime-local"
            required
            value={value}
            min={fieldOf(new Date(now + SOONEST))}
            max={fieldOf(new Date(now + LATEST))}
            onChange={({ target }) => {
              setValue(target.value);
              setKey(crypto.randomUUID());
            }}
          />
        </label>
        <DialogFooter act={act} disabled={busy} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}

/** Nine in the morning of the next day, here. */
export function tomorrow(): Date {
  const moment = new Date();
  moment.setDate(moment.getDate() + 1);
  moment.setHours(9, 0, 0, 0);
  return moment;
}

/** A moment as the field has it: local, in minutes. */
export function fieldOf(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
