import type { Message } from "@parley/client";
import { useEffect, useState } from "react";
import { usePreferences } from "../preferences";
import { useSession } from "../session/session";

/** What a message says in the reader's language: kept on it, or asked for. An edit has it asked for anew. */
export function Translation({ message, onDone }: { message: Pick<Message, "id" | "text" | "translations">; onDone(): void }) {
  const { language, words } = usePreferences();
  const { api, chat, translating } = useSession();
  const { id, text } = message;
  const [made, setMade] = useState<{ of: string; text: string }>();
  const of = `${language} ${text}`;
  const shown = message.translations[language] ?? (made?.of === of ? made.text : undefined);
  const missing = shown === undefined;
  useEffect(() => {
    if (!missing) return;
    let gone = false;
    api.post("/v1/messages/{message_id}/translations", { path: { message_id: id }, body: { language } }).then(
      (answer) => {
        if (!gone) setMade({ of, text: answer.text });
      },
      (failure: unknown) => {
        if (gone) return;
        translating.heed(failure);
        chat.failed(failure);
        onDone();
      },
    );
    return () => {
      gone = true;
    };
  }, [missing, api, chat, translating, id, of, language, onDone]);
  if (missing) return null;
  return (
    <div className="translation">
      <p lang={language} dir="auto">
        {shown}
      </p>
      <button type="button" className="quiet" onClick={onDone}>
        {words.hideTranslation}
      </button>
    </div>
  );
}
