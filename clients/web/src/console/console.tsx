import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { Frame } from "./frame.js";
import { Empty, Loading } from "./parts/lists.js";
import { Notices } from "./parts/notices.js";
import { View } from "./parts/view.js";
import { usePreferences } from "./preferences.js";
import { useRoute } from "./routing.js";
import { demoSession, keepSignIn, keptSignIn, pastedSession, SessionProvider, type Pasted, type Session } from "./session.js";
import { SignIn } from "./sign_in.js";
import { PLACES } from "./views.js";
import { DIRECTION } from "./words/languages.js";
import { useWords } from "./words/words.js";

/** The whole console: signed in by the page's own server or, where there is none, by a pasted token. */
export function Console() {
  useLooks();
  const [demo, setDemo] = useState<Session | null>();
  const [pasted, setPasted] = useState(keptSignIn);
  const [expired, setExpired] = useState(false);
  useEffect(() => void demoSession().then(setDemo), []);
  const sign = useCallback((next: Pasted | null, refused = false) => {
    keepSignIn(next);
    setPasted(next);
    setExpired(refused);
  }, []);
  const own = useMemo(() => pasted && pastedSession(pasted, () => sign(null, true), () => sign(null)), [pasted, sign]);
  if (demo === undefined) return <Loading />;
  const session = demo ?? own;
  if (!session) return <SignIn expired={expired} onSignedIn={sign} />;
  return (
    <SessionProvider value={session}>
      <Notices>
        <Frame>
          <Current />
        </Frame>
      </Notices>
    </SessionProvider>
  );
}

/** The view of the address. It starts anew where its path changes, and stays where only its query does. */
function Current() {
  const { path } = useRoute();
  const place = PLACES.find(({ name }) => name === (path[0] ?? "overview"));
  if (!place) return <NotThere />;
  const { view: Chosen } = place;
  return <Chosen key={path.join("/")} path={path.slice(1)} />;
}

function NotThere() {
  const words = useWords();
  return (
    <View title={words.failures.noView}>
      <Empty>{words.failures.noViewAbout}</Empty>
    </View>
  );
}

function useLooks(): void {
  const { theme, language } = usePreferences();
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.lang = language;
    root.dir = DIRECTION[language];
    if (theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
  }, [theme, language]);
}
