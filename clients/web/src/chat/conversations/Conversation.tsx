import { useConversations, usePresence } from "@parley/react";
import { useState } from "react";
import { Composer } from "../composer/Composer";
import { MessageLog } from "../messages/MessageLog";
import { TypingLine } from "../messages/TypingLine";
import type { Panel, Place, placeOf } from "../places";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { useOther, useTitle } from "./names";

/** A conversation: its head, its messages, and where one is written. */
export function Conversation({
  id,
  place,
  onBack,
  onPanel,
  onJump,
}: {
  id: string;
  place: Place;
  onBack(): void;
  onPanel(panel: Panel | undefined): void;
  onJump(message: Parameters<typeof placeOf>[0]): void;
}) {
  const words = useWords();
  const conversation = useConversations().find((each) => each.id === id);
  const title = useTitle(conversation);
  const other = useOther(conversation);
  const presence = usePresence(other ?? "");
  const [quoted, setQuoted] = useState<string>();
  const toggle = (kind: "pins" | "members") => onPanel(place.panel?.kind === kind ? undefined : { kind });
  return (
    <section className="conversation" aria-label={title}>
      <header className="conversation-bar">
        <IconButton icon="back" mirrored className="to-list" label={words.back} onClick={onBack} />
        <Avatar id={other ?? id} name={title} online={other ? !!presence?.online : undefined} />
        <div className="conversation-name">
          <h2 dir="auto">{title}</h2>
          <p className="quiet">{other ? presence?.status_text || (presence?.online ? words.online : words.offline) : conversation && words[conversation.type]}</p>
        </div>
        <IconButton icon="pin" label={words.pins} aria-pressed={place.panel?.kind === "pins"} onClick={() => toggle("pins")} />
        <IconButton icon="people" label={words.members} aria-pressed={place.panel?.kind === "members"} onClick={() => toggle("members")} />
      </header>
      <MessageLog
        label={words.messagesOf(title)}
        conversation={id}
        {...(place.message ? { message: place.message } : {})}
        jump={place.jump}
        onQuote={setQuoted}
        onThread={(root) => onPanel({ kind: "thread", root })}
        onJump={onJump}
      />
      <TypingLine conversation={id} />
      <Composer label={words.writeTo(title)} conversation={id} {...(quoted ? { quoted } : {})} onQuoted={() => setQuoted(undefined)} archived={!!conversation?.archived_at} />
    </section>
  );
}
