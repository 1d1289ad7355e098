import { useEffect, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";

export type Found = { id: string; name: string };
const LATER = 250;

/** Finds users in the directory; `users` are shown until something is looked for. */
export function PeoplePicker({ users, chosen, onToggle }: { users: readonly Found[]; chosen: readonly Found[]; onToggle(user: Found): void }) {
  const words = useWords();
  const { userId } = useSession();
  const [query, setQuery] = useState("");
  const found = useFound(users, query).filter((each) => each.id !== userId && !chosen.some((other) => other.id === each.id));
  return (
    <>
      <label className="field">
        {words.findPeople}
        <input type="search" value={query} dir="auto" onChange={(event) => setQuery(event.target.value)} />
      </label>
      <ul className="people" aria-label={words.people}>
        {[...chosen, ...found].map((user) => (
          <li key={user.id}>
            <button type="button" aria-pressed={chosen.includes(user)} onClick={() => onToggle(user)}>
              <Avatar id={user.id} name={user.name} />
              <span dir="auto">{user.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

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
