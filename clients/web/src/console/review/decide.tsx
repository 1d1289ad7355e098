import { useState } from "react";
import { HowDeleted, type Deletion } from "../conversations/delete_message.js";
import { Confirm } from "../parts/dialog.js";
import { Check, TextArea } from "../parts/field.js";
import { useNotice } from "../parts/notices.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Quoted, type Report } from "./review.js";

type Resolution = "dismissed" | "acted_on";

/** Takes a report out of the queue. The message goes first, so that a report whose message stayed stays too. */
export function Decide({ report, onDecided, onClose }: { report: Report; onDecided: () => void; onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [resolution, setResolution] = useState<Resolution>("dismissed");
  const [deleting, setDeleting] = useState(false);
  const [how, setHow] = useState<Deletion>("tombstone");
  const [note, setNote] = useState("");
  const isThere = report.message !== null && report.message.deleted_at === null;
  const removes = resolution === "acted_on" && deleting && isThere;
  const decide = async () => {
    if (removes) await api.delete("/v1/messages/{message_id}", { path: { message_id: report.message_id }, query: { hard: how === "hard" } });
    const body = { resolution, note: note.trim() || null };
    await api.post("/v1/moderation/flags/{flag_id}/resolve", { path: { flag_id: report.id }, body });
    say(words.review.decided[resolution]);
    onDecided();
  };
  return (
    <Confirm title={words.review.title(report.author_id)} act={words.review.acts[resolution]} danger={removes} onConfirm={decide} onClose={onClose}>
      <Quoted message={report.message} />
      <fieldset className="stack">
        <legend>{words.review.decision}</legend>
        {(["dismissed", "acted_on"] as const).map((each) => (
          <label key={each} className="check">
            <input type="radio" name="resolution" checked={resolution === each} onChange={() => setResolution(each)} />
            <span>{words.review.resolutions[each]}</span>
          </label>
        ))}
      </fieldset>
      {resolution === "acted_on" && isThere && <Check label={words.review.alsoDelete} checked={deleting} onChange={setDeleting} />}
      {removes && <HowDeleted value={how} onChange={setHow} />}
      <TextArea label={words.review.note} value={note} onChange={setNote} rows={2} maxLength={500} hint={words.review.noteHint} />
    </Confirm>
  );
}
