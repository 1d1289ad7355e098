import type { Conversation } from "@parley/client";
import { useChat, useChatState, useConversations, useDrafts, useTyping, useUser, usePresence } from "@parley/react";
import { useEffect } from "react";
import { useHeading } from "../messages/headings";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import "./list.css";
import { useFiltered, type Filter } from "./arranging";
import { SYSTEM, useName, useOther, useTitle } from "./names";
import { Badge } from "./Sidebar";

/** A socket may watch fifty; the conversation that is open is one of them. */
const WATCHED = 30;

/** The conversations by last activity, with what was said last, who is there and how much is unread. */
export function ConversationList({ label, filter, selected, onSelect }: { label: string; filter: Filter; selected?: string; onSelect(id: string): void }) {
  const words = useWords();
  const chat = useChat();
  const listed = useConversations();
  const conversations = useFiltered(filter);
  const online = useChatState((state) => state.connection === "open");
  const watched = listed
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
      {!conversations?.length && (
        <p className="quiet empty" role="status">
          {!conversations || !online ? words.loading : filter === "usual" ? words.noConversations : words.nothingHere}
        </p>
      )}
      <ul>
        {conversations?.map((each) => (
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
  const { id, unread_count: unread, muted, last_activity_at: moment, settings } = conversation;
  return (
    <button type="button" className="entry" aria-current={selected ? "true" : undefined} onClick={() => onSelect(id)} data-unread={unread > 0 && !muted}>
      <Avatar id={other ?? id} name={title} size="large" online={other ? !!presence?.online : undefined} />
      <span className="entry-name" dir="auto">
        {title}
      </span>
      <time dateTime={moment}>{formats.brief(moment)}</time>
      <Preview conversation={conversation} selected={selected} />
      <span className="entry-marks">
        {settings.pinned && (
          <>
            <Icon name="pin" />
            <span className="hidden">{words.pinnedConversation}</span>
          </>
        )}
        {muted && <Icon name="mute" />}
        <Badge count={unread} muted={muted} />
      </span>
      {settings.labels.length > 0 && (
        <span className="entry-labels">
          {settings.labels.map((each) => (
            <bdi key={each}>{each}</bdi>
          ))}
        </span>
      )}
      {other && <span className="hidden">{presence?.online ? words.online : words.offline}</span>}
    </button>
  );
}

function Preview({ conversation, selected }: { conversation: Conversation; selected: boolean }) {
  const words = useWords();
  const heading = useHeading();
  const { userId } = useSession();
  const { who } = useTyping(conversation.id);
  const writer = useName(who[0]);
  const last = conversation.last_message;
  const system = last?.author_id === SYSTEM;
  const author = useUser(system ? undefined : last?.author_id);
  const drafts = useDrafts();
  const draft = selected ? "" : (drafts[conversation.id]?.draft?.text ?? "").trim();
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
      {(mine || conversation.type !== "direct") && !system && <bdi>{mine ? words.you : (author?.name.split(" ")[0] ?? words.anybody)}:</bdi>}
      <span dir="auto">{last.deleted ? words.deletedMessage : heading(last)}</span>
    </span>
  );
}
