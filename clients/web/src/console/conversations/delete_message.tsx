import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { useNotice } from "../parts/notices.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

export type Deletion = "tombstone" | "hard";

interface Asked {
  message: { id: string; author_id: string; text: string };
  onDeleted: () => void;
  onClose: () => void;
}

/** As the tenant's moderator: leaves a tombstone, or removes what the message said for good. */
export function DeleteMessage({ message, onDeleted, onClose }: Asked) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [how, setHow] = useState<Deletion>("tombstone");
  const remove = async () => {
    await api.delete("/v1/messages/{message_id}", { path: { message_id: message.id }, query: { hard: how === "hard" } });
    say(words.conversations.deleted);
    onDeleted();
  };
  return (
    <Confirm title={words.conversations.deleteTitle(message.author_id)} act={words.conversations.delete} onConfirm={remove} onClose={onClose}>
      <blockquote dir="auto">{message.text}</blockquote>
      <HowDeleted value={how} onChange={setHow} />
    </Confirm>
  );
}

export function HowDeleted({ value, onChange }: { value: Deletion; onChange: (value: Deletion) => void }) {
  const words = useWords();
  return (
    <fieldset className="stack">
      <legend>{words.conversations.how}</legend>
      {(["tombstone", "hard"] as const).map((each) => (
        <label key={each} className="check">
          <input type="radio" name="deletion" checked={value === each} onChange={() => onChange(each)} />
          <span>{words.conversations.deletions[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}
