import { Refused } from "@parley/client";
import { useChat } from "@parley/react";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";

const LONGEST = 1_000;

/** Says why a decision is wrong. */
export function AppealDialog({ decision, onDone }: { decision: string; onDone(): void }) {
  const words = useWords();
  const chat = useChat();
  const [text, setText] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const appeal = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      await chat.own.decisions.appeal(decision, text.trim());
      onDone();
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? (problem.problem.detail ?? problem.message) : String(problem)));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.appeal} onClose={onDone}>
      <form onSubmit={(event) => void appeal(event)}>
        <label className="field">
          {words.appealWhy}
          <textarea rows={5} required maxLength={LONGEST} dir="auto" value={text} onChange={({ target }) => setText(target.value)} />
        </label>
        <p className="quiet">{words.appealHint}</p>
        <DialogFooter act={words.sendAppeal} disabled={busy || !text.trim()} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}
