import { briefOf, type Message } from "@parley/client";
import { useChat, useChatState } from "@parley/react";
import { useCallback, useEffect, useState } from "react";
import { useName } from "../conversations/names";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useEvents, useSession } from "../session/session";
import { useHeading } from "./headings";

/** A message by its id: from what is held or, where it is not, from Parley. Null where it is not there any more. */
export function useMessage(id: string): Message | null | undefined {
  const chat = useChat();
  const { api } = useSession();
  const held = useChatState((state) => {
    for (const line of Object.values(state.timelines)) for (const each of line.messages) if (each.id === id) return each;
    return undefined;
  });
  const [read, setRead] = useState<Message | null>();
  const [changes, setChanges] = useState(0);
  useEvents(useCallback((event) => (event.type === "message.updated" || event.type === "message.deleted") && event.entity_id === id && setChanges((count) => count + 1), [id]));
  const missing = !held;
  useEffect(() => {
    if (!missing) return;
    let shown = true;
    api.get("/v1/messages/{message_id}", { path: { message_id: id }, attempts: 2 }).then(
      (found) => shown && setRead(found),
      () => shown && setRead(null),
    );
    return () => void (shown = false);
  }, [api, chat, id, missing, changes]);
  return held ?? read;
}

type Shown = Pick<NonNullable<Message["quoted_message"]>, "author_id" | "text" | "attachments" | "deleted_at">;

/** What a message quotes, to be jumped to; null is what is not there any more, or not for this user. */
export function Quote({ message, onJump }: { message: Message; onJump(message: Parameters<typeof placeOf>[0]): void }) {
  const { quoted_message: quoted, conversation_id } = message;
  if (!quoted) return <blockquote className="quote">{<Said quoted={null} />}</blockquote>;
  return (
    <button type="button" className="quote" onClick={() => onJump({ id: quoted.id, conversation_id, parent_id: rootOf(quoted.id, conversation_id) })}>
      <Said quoted={quoted} />
    </button>
  );
}

/** The message that is being quoted, above the field. */
export function Quoted({ id }: { id: string }) {
  const quoted = useMessage(id);
  return <blockquote className="quote">{quoted === undefined ? "…" : <Said quoted={quoted && { ...quoted, ...briefOf(quoted) }} />}</blockquote>;
}

function Said({ quoted }: { quoted: Shown | null }) {
  const words = useWords();
  const heading = useHeading();
  const author = useName(quoted?.author_id);
  return (
    <>
      {quoted && !quoted.deleted_at && <b dir="auto">{author}</b>}
      <span dir="auto">{!quoted ? words.missingMessage : quoted.deleted_at ? words.deletedMessage : heading(quoted)}</span>
    </>
  );
}

/** The message on which a reply with this id hangs: ids say where messages are. */
function rootOf(id: string, conversation: string): string | null {
  const place = id.slice(conversation.length + 1);
  return place.includes("-") ? `${conversation}-${place.slice(0, place.indexOf("-"))}` : null;
}
