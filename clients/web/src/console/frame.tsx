import { Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { prefer, usePreferences, type Theme } from "./preferences.js";
import { Loading } from "./parts/lists.js";
import { Link, useRoute } from "./routing.js";
import { useSession } from "./session.js";
import { GROUPS } from "./views.js";
import { LANGUAGES, LANGUAGE_NAMES, type Language } from "./words/languages.js";
import { useWords } from "./words/words.js";

/** What stands around every view: whose console it is, where one can go, and how it looks. */
export function Frame({ children }: { children: ReactNode }) {
  const words = useWords();
  const { tenant } = useSession();
  const route = useRoute();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEffect(() => setOpen(false), [route]);
  const closeByEscape = (event: { key: string }) => {
    if (event.key === "Escape") setOpen(false);
  };
  return (
    <div className="frame">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {words.frame.skip}
      </button>
      <header className="bar" onKeyDown={closeByEscape}>
        <div className="brand">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 5h16v11H10l-5 4v-4H4Z" />
          </svg>
          <span className="brand-name">{words.frame.console}</span>
          <bdi className="tenant" title={words.frame.tenant}>
            {tenant}
          </bdi>
        </div>
        <button type="button" className="menu-button" aria-expanded={open} aria-controls="places" onClick={() => setOpen(!open)}>
          {words.frame.menu}
        </button>
        <div id="places" className={open ? "places open" : "places"}>
          <nav aria-label={words.frame.places}>
            {GROUPS.map((group) => (
              <ul key={group[0]?.name}>
                {group.map(({ name, icon }) => (
                  <li key={name}>
                    <Link to={[name]} aria-current={(route.path[0] ?? "overview") === name ? "page" : undefined}>
                      <svg viewBox="0 0 24 24" aria-hidden="true">
                        <path d={icon} />
                      </svg>
                      {words.places[name]}
                    </Link>
                  </li>
                ))}
              </ul>
            ))}
          </nav>
          <Looks />
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
    </div>
  );
}

/** The theme and the language, and the way out. */
function Looks() {
  const words = useWords();
  const { theme, language } = usePreferences();
  return (
    <div className="looks">
      <select aria-label={words.frame.theme} value={theme} onChange={(event) => prefer({ theme: event.target.value as Theme })}>
        <option value="system">{words.frame.themes.system}</option>
        <option value="light">{words.frame.themes.light}</option>
        <option value="dark">{words.frame.themes.dark}</option>
      </select>
      <select aria-label={words.frame.language} value={language} onChange={(event) => prefer({ language: event.target.value as Language })}>
        {LANGUAGES.map((each) => (
          <option key={each} value={each} lang={each}>
            {LANGUAGE_NAMES[each]}
          </option>
        ))}
      </select>
      <SignOut />
    </div>
  );
}

function SignOut() {
  const words = useWords();
  const { signOut } = useSession();
  return signOut ? (
    <button type="button" onClick={signOut}>
      {words.frame.signOut}
    </button>
  ) : null;
}
