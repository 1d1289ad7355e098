import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Check, Choose, Field, TextArea } from "../parts/field.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { Quoted } from "./case.js";
import type { Case } from "./review.js";

type Action = NonNullable<Case["decision"]>["actions"][number];
const ACTIONS: readonly Action[] = ["delete_message", "warn", "ban", "deactivate"];
type Length = "86400" | "604800" | "2592000" | "";
const LENGTHS: readonly Length[] = ["86400", "604800", "2592000", ""];

/** Decides a case: Parley carries it out, and tells the author. */
export function Decide({ of, moderator, onDecided, onClose }: { of: Case; moderator: string; onDecided: () => void; onClose: () => void }) {
  const words = useWords();
  const session = useSession();
  const say = useNotice();
  const reasons = useDeclared();
  const [actions, setActions] = useState<readonly Action[]>([]);
  const [length, setLength] = useState<Length>("86400");
  const [reason, setReason] = useState("");
  const [note, setNote] = useState("");
  const toggle = (action: Action, on: boolean) => setActions(ACTIONS.filter((each) => (each === action ? on : actions.includes(each))));
  const decide = async () => {
    const ends = actions.includes("ban") && length ? new Date(Date.now() + Number(length) * 1000).toISOString() : null;
    const body = { actions: [...actions], reason: reason.trim() || null, note: note.trim() || null, banned_until: ends };
    const done = await session.as(moderator).post("/v1/moderation/cases/{message_id}/decide", { path: { message_id: of.message_id }, body });
    const missed = done.decision?.not_done.map((each) => words.review.actions[each]) ?? [];
    say(missed.length ? words.review.notDone(missed.join(", ")) : words.review.decided);
    onDecided();
  };
  const acts = actions.length > 0;
  return (
    <Confirm title={words.review.title(of.author_id)} act={acts ? words.review.act : words.review.dismiss} danger={acts} onConfirm={decide} onClose={onClose}>
      <Quoted message={of.message} />
      <fieldset className="stack">
        <legend>{words.review.decision}</legend>
        {ACTIONS.map((each) => (
          <Check key={each} label={words.review.actions[each]} checked={actions.includes(each)} onChange={(on) => toggle(each, on)} />
        ))}
        <p className="hint">{words.review.nothing}</p>
      </fieldset>
      {actions.includes("ban") && (
        <Choose<Length> label={words.review.banFor} value={length} onChange={setLength} options={LENGTHS.map((value) => ({ value, label: words.review.banLengths[value] }))} />
      )}
      {reasons.length ? (
        <Choose<string>
          label={words.review.reason}
          hint={words.review.reasonHint}
          value={reason}
          onChange={setReason}
          options={[{ value: "", label: words.review.noReason }, ...reasons.map((value) => ({ value, label: value }))]}
        />
      ) : (
        <Field label={words.review.reason} hint={words.review.reasonHint} value={reason} onChange={setReason} maxLength={500} />
      )}
      <TextArea label={words.review.note} value={note} onChange={setNote} rows={2} maxLength={500} hint={words.review.noteHint} />
    </Confirm>
  );
}

/** The reasons that the tenant has declared; none, and moderators write their own. */
function useDeclared(): readonly string[] {
  const { api, tenant } = useSession();
  const found = useResource((signal) => api.get("/v1/tenants/{tenant_id}", { path: { tenant_id: tenant }, signal }), [tenant]);
  return found.state === "ready" ? (found.value.settings.moderation_reasons ?? []) : [];
}
