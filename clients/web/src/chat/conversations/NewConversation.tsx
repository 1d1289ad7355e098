import { Refused } from "@parley/client";
import { useId, useState, type FormEvent } from "react";
import { PeoplePicker, type Found } from "../community/PeoplePicker";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";

type Kind = "direct" | "group" | "channel";
const KINDS: Kind[] = ["direct", "group", "channel"];

/** Asks whom to talk to, and makes the conversation. */
export function NewConversation({ users, onClose, onMade }: { users: readonly Found[]; onClose(): void; onMade(id: string): void }) {
  const words = useWords();
  const { api, chat } = useSession();
  const [kind, setKind] = useState<Kind>("direct");
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Found[]>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const ids = useId();
  const direct = kind === "direct";
  const complete = direct ? chosen.length === 1 : name.trim().length > 0;
  const toggle = (user: Found) =>
    setChosen((now) => (now.some((each) => each.id === user.id) ? now.filter((each) => each.id !== user.id) : direct ? [user] : [...now, user]));
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await api.post("/v1/conversations", { body: { type: kind, members: chosen.map((each) => each.id), ...(direct ? {} : { name: name.trim() }) } });
      await chat.refresh();
      onMade(made.id);
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.newConversation} onClose={onClose} className="new-conversation">
      <form onSubmit={make}>
        <fieldset className="switch">
          <legend className="hidden">{words.kind}</legend>
          {KINDS.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name={`${ids}kind`}
                checked={each === kind}
                onChange={() => {
                  setKind(each);
                  if (each === "direct") setChosen((now) => now.slice(0, 1));
                }}
              />
              <span>{words[each]}</span>
            </label>
          ))}
        </fieldset>
        {!direct && (
          <label className="field">
            {words.nameOf}
            <input value={name} dir="auto" maxLength={100} required onChange={(event) => setName(event.target.value)} />
          </label>
        )}
        <PeoplePicker users={users} chosen={chosen} onToggle={toggle} />
        <DialogFooter act={words.create} disabled={!complete || busy} failure={failure} onClose={onClose} />
      </form>
    </Dialog>
  );
}
