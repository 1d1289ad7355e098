import type { Conversation } from "@parley/client";
import { useChat, useChatState, useConversations, useTyping, useUser, usePresence } from "@parley/react";
import { useEffect } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import { readDraft } from "../composer/drafts";
import "./list.css";
import { useName, useOther, useTitle } from "./names";

/** A socket may watch fifty; the conversation that is open is one of them. */
const WATCHED = 30;

/** The conversations by last activity, with what was said last, who is there and how much is unread. */
export function ConversationList({ label, selected, onSelect }: { label: string; selected?: string; onSelect(id: string): void }) {
  const words = useWords();
  const chat = useChat();
  const conversations = useConversations();
  const online = useChatState((state) => state.connection === "open");
  const watched = conversations
    .filter((each) => each.type === "direct" && !each.archived_at)
    .slice(0, WATCHED)
    .map((each) => each.id)
    .sort()
    .join(" ");
  useEffect(() => {
    for (const id of watched.split(" ")) if (id) chat.events.watch(id);
  }, [chat, watched]);
  return (
    <nav className="conversations" aria-label={label}>
      {!conversations.length && <p className="quiet empty">{online ? words.noConversations : words.loading}</p>}
      <ul>
        {conversations.map((each) => (
          <li key={each.id}>
            <Entry conversation={each} selected={each.id === selected} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Entry({ conversation, selected, onSelect }: { conversation: Conversation; selected: boolean; onSelect(id: string): void }) {
  const words = useWords();
  const formats = useFormats();
  const other = useOther(conversation);
  const presence = usePresence(other ?? "");
  const title = useTitle(conversation);
  const { id, unread_count: unread, muted, last_activity_at: moment } = conversation;
  return (
    <button type="button" className="entry" aria-current={selected ? "true" : undefined} onClick={() => onSelect(id)} data-unread={unread > 0 && !muted}>
      <Avatar id={other ?? id} name={title} size="large" online={other ? !!presence?.online : undefined} />
      <span className="entry-name" dir="auto">
        {title}
      </span>
      <time dateTime={moment}>{formats.brief(moment)}</time>
      <Preview conversation={conversation} selected={selected} />
      <span className="entry-marks">
        {muted && <Icon name="mute" />}
        {unread > 0 && (
          <span className="badge" data-muted={muted}>
            <span aria-hidden="true">{unread > 99 ? "99+" : formats.count(unread)}</span>
            <span className="hidden">{words.unread(unread)}</span>
          </span>
        )}
      </span>
      {other && <span className="hidden">{presence?.online ? words.online : words.offline}</span>}
    </button>
  );
}

function Preview({ conversation, selected }: { conversation: Conversation; selected: boolean }) {
  const words = useWords();
  const { userId } = useSession();
  const { who } = useTyping(conversation.id);
  const writer = useName(who[0]);
  const last = conversation.last_message;
  const author = useUser(last?.author_id);
  const draft = selected ? "" : readDraft(userId, conversation.id).trim();
  if (who.length)
    return (
      <span className="preview typing-now">
        <span>{words.typing(writer, who.length)}</span>
      </span>
    );
  if (draft)
    return (
      <span className="preview draft">
        <span>{words.draft}</span>
        <span dir="auto">{draft}</span>
      </span>
    );
  if (!last)
    return (
      <span className="preview">
        <span>{words.nothingYet}</span>
      </span>
    );
  const mine = last.author_id === userId;
  return (
    <span className="preview" data-deleted={last.deleted || undefined}>
      {(mine || conversation.type !== "direct") && <bdi>{mine ? words.you : (author?.name ?? words.anybody)}:</bdi>}
      <span dir="auto">{last.deleted ? words.deletedMessage : last.text || words.attachment}</span>
    </span>
  );
}
