import { Refused } from "@parley/client";
import { useEffect, useId, useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Dialog } from "../ui/Dialog";

type Kind = "direct" | "group" | "channel";
type Found = { id: string; name: string };
const KINDS: Kind[] = ["direct", "group", "channel"];
const LATER = 250;

/** Asks whom to talk to, and makes the conversation. */
export function NewConversation({ users, onClose, onMade }: { users: readonly Found[]; onClose(): void; onMade(id: string): void }) {
  const words = useWords();
  const { api, chat, userId } = useSession();
  const [kind, setKind] = useState<Kind>("direct");
  const [name, setName] = useState("");
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly Found[]>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const found = useFound(users, query).filter((each) => each.id !== userId && !chosen.some((other) => other.id === each.id));
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
        <label className="field">
          {words.findPeople}
          <input type="search" value={query} dir="auto" onChange={(event) => setQuery(event.target.value)} />
        </label>
        <ul className="people" aria-label={words.people}>
          {[...chosen, ...found].map((user) => {
            const pressed = chosen.includes(user);
            return (
              <li key={user.id}>
                <button type="button" aria-pressed={pressed} onClick={() => toggle(user)}>
                  <Avatar id={user.id} name={user.name} />
                  <span dir="auto">{user.name}</span>
                </button>
              </li>
            );
          })}
        </ul>
        {failure && <p role="alert">{failure}</p>}
        <footer>
          <button type="button" className="button plain" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button" disabled={!complete || busy}>
            {words.create}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** The demo's users or, once something is looked for, those of the directory. */
function useFound(users: readonly Found[], query: string): readonly Found[] {
  const { api } = useSession();
  const [found, setFound] = useState<readonly Found[]>([]);
  const wanted = query.trim();
  useEffect(() => {
    if (!wanted) return;
    const ending = new AbortController();
    const timer = setTimeout(() => {
      api.get("/v1/users", { query: { q: wanted, limit: 20 }, signal: ending.signal }).then(({ data }) => setFound(data), () => undefined);
    }, LATER);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [api, wanted]);
  return wanted ? found : users;
}
