import { Refused, type Conversation, type Message } from "@parley/client";
import { useConversations } from "@parley/react";
import { useState, type FormEvent } from "react";
import { useIsFrozenForMe, useMayI } from "../conversations/rights";
import { useTitle, useTitles } from "../conversations/names";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";

/** So many conversations a message is forwarded to at once. */
const MOST = 10;
const SENT = "";

/** Sends a message on to conversations, and says what came of each; those that refused it can be tried again. */
export function ForwardDialog({ message, onDone }: { message: Message; onDone(): void }) {
  const isFrozenForMe = useIsFrozenForMe();
  const mayI = useMayI();
  const words = useWords();
  const { api } = useSession();
  const conversations = useConversations().filter((each) => each.id !== message.conversation_id && !each.archived_at && !isFrozenForMe(each) && mayI(each, "post"));
  const titles = useTitles(conversations);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // Under one key the same choice is sent once, however often it is tried until it is answered.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [results, setResults] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const wanted = folded(query.trim());
  const shown = conversations.filter((each, index) => chosen.includes(each.id) || each.id in results || folded(titles[index] ?? "").includes(wanted));
  const toggle = (id: string) => {
    setChosen((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]));
    setKey(crypto.randomUUID());
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      const { data } = await api.post("/v1/messages/{message_id}/forward", { path: { message_id: message.id }, body: { conversation_ids: [...chosen] }, idempotencyKey: key });
      const told = chosen.map((id, index) => [id, data[index]?.message ? SENT : words.failed(data[index]?.problem?.title ?? "")] as const);
      setResults((now) => ({ ...now, ...Object.fromEntries(told) }));
      setChosen(told.flatMap(([id, said]) => (said === SENT ? [] : id)));
      setKey(crypto.randomUUID());
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.forward} onClose={onDone} className="forward-dialog">
      <form onSubmit={(event) => void send(event)}>
        <label className="field">
          {words.findConversation}
          <input type="search" value={query} dir="auto" onChange={({ target }) => setQuery(target.value)} />
        </label>
        {!shown.length && (
          <p className="quiet" role="status">
            {query ? words.nothingFound : words.nothingHere}
          </p>
        )}
        <ul aria-label={words.conversations}>
          {shown.map((each) => (
            <Target
              key={each.id}
              conversation={each}
              chosen={chosen.includes(each.id)}
              result={results[each.id]}
              disabled={busy || results[each.id] === SENT || (chosen.length >= MOST && !chosen.includes(each.id))}
              onToggle={toggle}
            />
          ))}
        </ul>
        <DialogFooter act={words.send} leave={words.close} disabled={busy || !chosen.length} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}

/** A text as it is compared: neither case nor accents count. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

interface TargetProps {
  conversation: Conversation;
  chosen: boolean;
  result: string | undefined;
  disabled: boolean;
  onToggle(id: string): void;
}

function Target({ conversation, chosen, result, disabled, onToggle }: TargetProps) {
  const words = useWords();
  const title = useTitle(conversation);
  return (
    <li>
      <label>
        <input type="checkbox" checked={chosen || result === SENT} disabled={disabled} onChange={() => onToggle(conversation.id)} />
        <Avatar id={conversation.id} name={title} />
        <span dir="auto">{title}</span>
      </label>
      {result !== undefined && (
        <p role="status" data-failed={result !== SENT || undefined}>
          {result === SENT ? words.statuses.sent : result}
        </p>
      )}
    </li>
  );
}
