import { Refused, type components } from "@parley/client";
import { useMembers } from "@parley/react";
import { useState, useSyncExternalStore, type FormEvent } from "react";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";
import { PeoplePicker, type Found } from "./PeoplePicker";

type Invited = components["schemas"]["InvitedUser"];

const MOST = 100;

/** Invites users to a conversation, and says of each what came of it. */
export function InviteDialog({ conversation, onDone }: { conversation: string; onDone(): void }) {
  const words = useWords();
  const { api, chat, userId } = useSession();
  const members = useMembers(conversation);
  const { users } = useSyncExternalStore(chat.directory.subscribe, chat.directory.getSnapshot);
  const known = Object.values(users).flatMap((each) => (each && each.id !== userId && members && !members.some(({ user_id }) => user_id === each.id) ? [each] : []));
  const [chosen, setChosen] = useState<readonly Found[]>([]);
  // Under one key the same choice is asked for once, however often it is tried until it is answered.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [results, setResults] = useState<readonly Invited[]>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const toggle = (user: Found) => {
    setChosen((now) => (now.some((each) => each.id === user.id) ? now.filter((each) => each.id !== user.id) : [...now, user].slice(-MOST)));
    setKey(crypto.randomUUID());
  };
  const invite = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      const user_ids = chosen.map((each) => each.id);
      const { data } = await api.post("/v1/conversations/{conversation_id}/invites", { path: { conversation_id: conversation }, body: { user_ids }, idempotencyKey: key });
      setResults(data);
      setChosen([]);
      setKey(crypto.randomUUID());
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.invitePeople} onClose={onDone} className="invite-dialog">
      <form onSubmit={(event) => void invite(event)}>
        <PeoplePicker users={known} chosen={chosen} onToggle={toggle} />
        {results.length > 0 && (
          <ul role="status" aria-label={words.invited}>
            {results.map((each) => (
              <Result key={each.user_id} result={each} />
            ))}
          </ul>
        )}
        <DialogFooter act={words.invite} leave={words.close} disabled={busy || !chosen.length} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}

function Result({ result }: { result: Invited }) {
  const words = useWords();
  const name = useName(result.user_id);
  return (
    <li data-failed={result.status !== "invited" || undefined}>
      <bdi>{name}</bdi>: {words.inviteResults[result.status]}
    </li>
  );
}
