import { useEffect, useRef, useState } from "react";
import { Pane } from "./Pane";
import { useWords } from "./preferences";
import { readConfig, type DemoConfig } from "./session/demo";
import { openSession, SessionProvider, type Session } from "./session/session";
import { TopBar } from "./TopBar";
import { useMedia } from "./ui/media_query";

/** Wide enough for two users side by side. */
const TWO_PANES = "(min-width: 68rem)";

export function App() {
  const words = useWords();
  const [config, setConfig] = useState<DemoConfig>();
  const [failed, setFailed] = useState(false);
  const read = () => {
    setFailed(false);
    readConfig().then(setConfig, () => setFailed(true));
  };
  useEffect(read, []);
  if (config) return <Users config={config} />;
  return (
    <main className="alone">
      {failed ? (
        <>
          <p role="alert">{words.noDemo}</p>
          <button type="button" className="button" onClick={read}>
            {words.retry}
          </button>
        </>
      ) : (
        <p role="status">{words.loading}</p>
      )}
    </main>
  );
}

/** Who is shown at first: the address's `as` alone, or those chosen the last time, or the first two. */
function firstUsers({ users }: DemoConfig): string[] {
  const known = users.map((each) => each.id);
  const named = new URLSearchParams(location.search).get("as");
  if (named) return [named];
  const before = (localStorage.getItem("parley-users") ?? "").split("\n").filter((each) => known.includes(each));
  return [...new Set([...before, ...known])].slice(0, 2);
}

function Users({ config }: { config: DemoConfig }) {
  const words = useWords();
  const [chosen, setChosen] = useState(() => firstUsers(config));
  const [shown, setShown] = useState(0);
  const wide = useMedia(TWO_PANES);
  const sessions = useSessions(config, chosen);
  const panes = wide ? chosen : chosen.slice(shown, shown + 1);
  const choose = (before: string, after: string) =>
    setChosen((now) => {
      const next = now.map((each) => (each === before ? after : each));
      localStorage.setItem("parley-users", next.join("\n"));
      return next;
    });
  return (
    <>
      <TopBar users={wide ? [] : chosen.map((id) => config.users.find((each) => each.id === id) ?? { id, name: id })} shown={shown} onShow={setShown} />
      <main className="panes" aria-label={words.title}>
        {panes.map((userId) => {
          const session = sessions.get(userId);
          return (
            session && (
              <SessionProvider key={userId} value={session}>
                <Pane
                  users={config.users}
                  taken={chosen.filter((each) => each !== userId)}
                  onUser={(id) => choose(userId, id)}
                />
              </SessionProvider>
            )
          );
        })}
      </main>
    </>
  );
}

/** A session for each user that is chosen, whether it is shown or not: who is not shown gets messages too. */
function useSessions(config: DemoConfig, chosen: readonly string[]): ReadonlyMap<string, Session> {
  const [sessions, setSessions] = useState<ReadonlyMap<string, Session>>(new Map());
  const kept = useRef(new Map<string, Session>());
  useEffect(() => {
    const { current } = kept;
    for (const [userId, session] of current)
      if (!chosen.includes(userId)) {
        current.delete(userId);
        end(session);
      }
    for (const userId of chosen) if (!current.has(userId)) current.set(userId, openSession(config, userId));
    setSessions(new Map(current));
  }, [config, chosen]);
  useEffect(() => {
    const { current } = kept;
    return () => {
      for (const session of current.values()) end(session);
      current.clear();
    };
  }, []);
  return sessions;
}

function end({ chat }: Session): void {
  void chat.stop();
}
