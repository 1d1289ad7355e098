import { Refused, type Conversation } from "@parley/client";
import { useChat } from "@parley/react";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";
import { useLabels } from "./arranging";

/** So many labels a conversation may have, and so long may one be. */
const MOST = 5;
const LONGEST = 40;

/** Which labels a conversation has: of those that are there, and new ones. */
export function LabelsDialog({ conversation, onDone }: { conversation: Conversation; onDone(): void }) {
  const words = useWords();
  const chat = useChat();
  const known = useLabels();
  const [chosen, setChosen] = useState<readonly string[]>(conversation.settings.labels);
  const [made, setMade] = useState<readonly string[]>([]);
  const [name, setName] = useState("");
  const [failure, setFailure] = useState("");
  const all = [...new Set([...known, ...conversation.settings.labels, ...made])];
  const full = chosen.length >= MOST;
  const toggle = (label: string) => setChosen((now) => (now.includes(label) ? now.filter((each) => each !== label) : [...now, label]));
  const added = name.trim();
  const add = () => {
    if (!added || full) return;
    setMade((now) => [...now, added]);
    setChosen((now) => (now.includes(added) ? now : [...now, added]));
    setName("");
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    chat.arrange(conversation.id, { labels: [...chosen] }).then(onDone, (problem: unknown) => setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem))));
  };
  return (
    <Dialog title={words.labels} onClose={onDone} className="labels-dialog">
      <form onSubmit={save}>
        {all.length > 0 && (
          <ul aria-label={words.labels}>
            {all.map((each) => (
              <li key={each}>
                <label>
                  <input type="checkbox" checked={chosen.includes(each)} disabled={full && !chosen.includes(each)} onChange={() => toggle(each)} />
                  <span dir="auto">{each}</span>
                </label>
              </li>
            ))}
          </ul>
        )}
        <div className="new-label">
          <label className="field">
            {words.newLabel}
            <input
              value={name}
              dir="auto"
              maxLength={LONGEST}
              disabled={full}
              onChange={({ target }) => setName(target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
                event.preventDefault();
                add();
              }}
            />
          </label>
          <button type="button" className="button plain" disabled={!added || full} onClick={add}>
            {words.add}
          </button>
        </div>
        <p className="quiet" role="status">
          {full ? words.labelsFull : ""}
        </p>
        <DialogFooter act={words.save} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}
