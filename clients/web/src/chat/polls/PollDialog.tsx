import { useChat } from "@parley/react";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";
import { IconButton } from "../ui/IconButton";
import "./polls.css";

const MOST_OPTIONS = 20;
const HOUR = 3_600_000;
const ENDS = { never: null, hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const;
type End = keyof typeof ENDS;

/** Asks for a question and its options, and sends the poll. */
export function PollDialog({ conversation, root, onDone }: { conversation: string; root?: string; onDone(): void }) {
  const words = useWords();
  const chat = useChat();
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState<readonly string[]>(["", ""]);
  const [several, setSeveral] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const [end, setEnd] = useState<End>("never");
  const texts = options.map((each) => each.trim()).filter(Boolean);
  const complete = question.trim().length > 0 && texts.length >= 2 && new Set(texts).size === texts.length;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!complete) return;
    const after = ENDS[end];
    const poll = {
      question: question.trim(),
      options: texts.map((text) => ({ text })),
      max_votes: several ? texts.length : 1,
      anonymous,
      ...(after ? { closes_at: new Date(Date.now() + after).toISOString() } : {}),
    };
    chat.send(conversation, { poll, ...(root ? { parent_id: root } : {}) }).then(onDone, chat.failed);
  };
  return (
    <Dialog title={words.newPoll} onClose={onDone} className="new-poll">
      <form onSubmit={send}>
        <label className="field">
          {words.question}
          <input value={question} dir="auto" required maxLength={300} onChange={({ target }) => setQuestion(target.value)} />
        </label>
        {options.map((text, index) => (
          <div key={index} className="new-option">
            <label className="field">
              {words.option(index + 1)}
              <input value={text} dir="auto" maxLength={100} onChange={({ target }) => setOptions((now) => now.map((each, at) => (at === index ? target.value : each)))} />
            </label>
            {options.length > 2 && (
              <IconButton icon="close" label={`${words.remove}: ${words.option(index + 1)}`} onClick={() => setOptions((now) => now.filter((_, at) => at !== index))} />
            )}
          </div>
        ))}
        <button type="button" className="button plain" disabled={options.length >= MOST_OPTIONS} onClick={() => setOptions((now) => [...now, ""])}>
          {words.addOption}
        </button>
        <label className="check">
          <input type="checkbox" checked={several} onChange={({ target }) => setSeveral(target.checked)} />
          {words.severalVotes}
        </label>
        <label className="check">
          <input type="checkbox" checked={anonymous} onChange={({ target }) => setAnonymous(target.checked)} />
          {words.anonymousPoll}
        </label>
        <label className="field">
          {words.pollEnds}
          <select value={end} onChange={({ target }) => setEnd(target.value as End)}>
            {(Object.keys(ENDS) as End[]).map((each) => (
              <option key={each} value={each}>
                {words.ends[each]}
              </option>
            ))}
          </select>
        </label>
        <DialogFooter act={words.send} disabled={!complete} onClose={onDone} />
      </form>
    </Dialog>
  );
}
