import { useState, type FormEvent } from "react";
import { Choose, Field } from "../parts/field.js";
import { violationOf } from "../parts/violations.js";
import { useWords } from "../words/words.js";
import { ACTIONS, type Action, type Entry } from "./block_list.js";

type Kind = "word" | "pattern";

/** A further word or pattern; it stays written where it was refused. */
export function AddEntry({ busy, failure, onAdd }: { busy: boolean; failure: unknown; onAdd: (entry: Entry) => Promise<boolean> }) {
  const words = useWords();
  const [kind, setKind] = useState<Kind>("word");
  const [text, setText] = useState("");
  const [action, setAction] = useState<Action | "">("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const entry = { word: kind === "word" ? text : null, pattern: kind === "pattern" ? text : null, action: action || null };
    if (await onAdd(entry)) setText("");
  };
  return (
    <form className="filters" onSubmit={(event) => void submit(event)}>
      <Field
        label={words.rules.entry}
        value={text}
        onChange={setText}
        required
        maxLength={kind === "word" ? 100 : 500}
        code={kind === "pattern"}
        error={violationOf(failure, "/entries")}
      />
      <Choose
        label={words.rules.kind}
        value={kind}
        onChange={setKind}
        options={[
          { value: "word", label: words.rules.word },
          { value: "pattern", label: words.rules.pattern },
        ]}
      />
      <Choose
        label={words.rules.action}
        value={action}
        onChange={setAction}
        options={[{ value: "" as const, label: words.rules.asList }, ...ACTIONS.map((value) => ({ value, label: words.rules.actionNames[value] }))]}
      />
      <button type="submit" className="primary" disabled={busy}>
        {words.rules.add}
      </button>
    </form>
  );
}
