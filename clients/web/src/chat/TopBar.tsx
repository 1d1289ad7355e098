import { LANGUAGES, THEMES, usePreferences, type Language, type Theme } from "./preferences";
import { Avatar } from "./ui/Avatar";
import { Icon } from "./ui/Icon";

/** The page's own bar: what is not of one user. Where one user is shown at a time, it switches between them. */
export function TopBar({ users, shown, onShow }: { users: readonly { id: string; name: string }[]; shown: number; onShow(index: number): void }) {
  const { words, language, theme, setLanguage, setTheme } = usePreferences();
  return (
    <header className="top-bar">
      <h1>
        <Icon name="chat" />
        {words.title}
      </h1>
      {users.length > 1 && (
        <div className="switch" role="group" aria-label={words.users}>
          {users.map((user, index) => (
            <button key={user.id} type="button" aria-pressed={index === shown} onClick={() => onShow(index)}>
              <Avatar id={user.id} name={user.name} size="small" />
              <bdi>{user.name.split(" ")[0]}</bdi>
            </button>
          ))}
        </div>
      )}
      <nav aria-label={words.more}>
        <a href="/console/">{words.console}</a>
        <a href="/docs/">{words.documentation}</a>
      </nav>
      <label className="picker">
        <Icon name="contrast" />
        <span className="hidden">{words.theme}</span>
        <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {words.themes[each]}
            </option>
          ))}
        </select>
      </label>
      <label className="picker">
        <Icon name="globe" />
        <span className="hidden">{words.language}</span>
        <select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([each, { name }]) => (
            <option key={each} value={each} lang={each}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}
