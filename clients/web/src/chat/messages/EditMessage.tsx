import type { Message } from "@parley/client";
import { useUserGroups } from "@parley/react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useWords } from "../preferences";
import { MOST_MENTIONED, mentionedIn } from "../composer/mentioning";
import { useSession } from "../session/session";

/** A message's text while it is changed: Enter saves, Escape leaves it as it was. */
export function EditMessage({ message, onDone }: { message: Message; onDone(): void }) {
  const words = useWords();
  const { api, chat } = useSession();
  const known = useUserGroups();
  const [text, setText] = useState(message.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  const save = () => {
    const wanted = text.trim();
    if (!wanted && !message.attachments.length) return;
    onDone();
    if (wanted === message.text) return;
    const written = mentionedIn(message.text, known);
    const others = message.mentioned_groups.filter((each) => !written.includes(each));
    const mentioned = known.length ? { mentioned_groups: [...new Set([...others, ...mentionedIn(wanted, known)])].slice(0, MOST_MENTIONED) } : {};
    api.put("/v1/messages/{message_id}", { path: { message_id: message.id }, body: { text: wanted, ...mentioned }, ifMatch: message.version }).then((now) => chat.show(now), chat.failed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onDone();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea ref={field} aria-label={words.editText} dir="auto" value={text} maxLength={20_000} rows={2} onKeyDown={onKeyDown} onChange={(event) => setText(event.target.value)} />
      <button type="button" className="button plain" onClick={onDone}>
        {words.cancel}
      </button>
      <button type="submit" className="button">
        {words.save}
      </button>
    </form>
  );
}
