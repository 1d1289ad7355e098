import { useConversation, usePresence } from "@parley/react";
import { useState } from "react";
import { Composer } from "../composer/Composer";
import { EphemeralMessages } from "../messages/EphemeralMessages";
import { MessageLog } from "../messages/MessageLog";
import { TypingLine } from "../messages/TypingLine";
import type { Panel, Place, placeOf } from "../places";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { ConversationMenu } from "./ConversationMenu";
import { useOther, useTitle } from "./names";
import { useMayI } from "./rights";

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
  const mayI = useMayI();
  const conversation = useConversation(id);
  const title = useTitle(conversation);
  const other = useOther(conversation);
  const presence = usePresence(other ?? "");
  const [quoted, setQuoted] = useState<string>();
  const kind = conversation && [words[conversation.type], conversation.frozen && words.frozen].filter(Boolean).join(" · ");
  const toggle = (kind: "pins" | "members") => onPanel(place.panel?.kind === kind ? undefined : { kind });
  return (
    <section className="conversation" aria-label={title}>
      <header className="conversation-bar">
        <IconButton icon="back" mirrored className="to-list" label={words.back} onClick={onBack} />
        <Avatar id={other ?? id} name={title} online={other ? !!presence?.online : undefined} />
        <div className="conversation-name">
          <h2 dir="auto">{title}</h2>
          <p className="quiet">{other ? presence?.status_text || (presence?.online ? words.online : words.offline) : kind}</p>
        </div>
        <IconButton icon="pin" label={words.pins} aria-pressed={place.panel?.kind === "pins"} onClick={() => toggle("pins")} />
        {mayI(conversation, "see_members") && <IconButton icon="people" label={words.members} aria-pressed={place.panel?.kind === "members"} onClick={() => toggle("members")} />}
        {conversation && <ConversationMenu conversation={conversation} onGone={onBack} />}
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
      <EphemeralMessages conversation={id} />
      <TypingLine conversation={id} />
      <Composer label={words.writeTo(title)} conversation={id} {...(quoted ? { quoted } : {})} onQuoted={() => setQuoted(undefined)} />
    </section>
  );
}
