import type { Message } from "@parley/client";
import { useChat, useChatState } from "@parley/react";
import { useCallback, useEffect, useState } from "react";
import { useName } from "../conversations/names";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useEvents, useSession } from "../session/session";

const QUOTE = "quote";

/** The message that another one quotes. Only its id is kept: what is deleted or edited later is so in quotes too. */
export function quotedIn(message: Pick<Message, "custom">): string | undefined {
  const said = message.custom[QUOTE];
  return typeof said === "string" ? said : undefined;
}

export const quoting = (id: string) => ({ custom: { [QUOTE]: id } });

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

/** What a message quotes, to be jumped to. */
export function Quote({ id, onJump }: { id: string; onJump?(message: Parameters<typeof placeOf>[0]): void }) {
  const words = useWords();
  const message = useMessage(id);
  const author = useName(message?.author_id);
  const said = message ? (message.deleted_at ? words.deletedMessage : message.text || words.attachment) : message === null ? words.missingMessage : "…";
  const inside = (
    <>
      {message && !message.deleted_at && <b dir="auto">{author}</b>}
      <span dir="auto">{said}</span>
    </>
  );
  if (!onJump || !message) return <blockquote className="quote">{inside}</blockquote>;
  return (
    <button type="button" className="quote" onClick={() => onJump(message)}>
      {inside}
    </button>
  );
}
