import type { Message } from "@parley/client";
import { memo, useState } from "react";
import { useName } from "../conversations/names";
import { Attachments } from "../media/Attachments";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import { DeleteQuestion } from "./DeleteQuestion";
import { EditMessage } from "./EditMessage";
import { MessageActions } from "./MessageActions";
import { MessageText } from "./MessageText";
import { Quote, quotedIn } from "./Quote";
import { Reactions } from "./Reactions";
import { SeenBy } from "./SeenBy";

interface Props {
  message: Message;
  first: boolean;
  seenBy: readonly string[] | undefined;
  focusable: boolean;
  /** Whether its actions are shown. */
  active: boolean;
  onActive(id: string): void;
  onQuote(id: string): void;
  onThread: ((root: string) => void) | undefined;
  onUnread(id: string): void;
  onJump(message: Parameters<typeof placeOf>[0]): void;
}

/** One message with all that hangs on it. */
export const MessageRow = memo(function MessageRow({ message, first, seenBy, focusable, active, onActive, onQuote, onThread, onUnread, onJump }: Props) {
  const words = useWords();
  const formats = useFormats();
  const { userId } = useSession();
  const [doing, setDoing] = useState<"edit" | "delete">();
  const done = () => setDoing(undefined);
  const author = useName(message.author_id);
  const mine = message.author_id === userId;
  const { id, deleted_at: deleted, pinned_at: pinned, reply_count: replies } = message;
  const quoted = quotedIn(message);
  const show = () => onActive(id);
  return (
    <article
      className="message"
      data-mine={mine || undefined}
      data-first={first || undefined}
      data-id={id}
      tabIndex={focusable ? 0 : -1}
      onFocus={show}
      onPointerEnter={show}
      onClick={show}
      aria-label={`${mine ? words.you : author}, ${formats.time(message.created_at)}`}
    >
      {!mine && <span className="message-avatar">{first && <Avatar id={message.author_id} name={author} />}</span>}
      <div className="message-body">
        {first && (
          <p className="message-head">
            {!mine && (
              <b dir="auto" className="author">
                {author}
              </b>
            )}
            <time dateTime={message.created_at} title={formats.full(message.created_at)}>
              {formats.time(message.created_at)}
            </time>
          </p>
        )}
        {deleted ? (
          <p className="bubble gone">
            <Icon name="trash" />
            {words.deletedMessage}
          </p>
        ) : doing === "edit" ? (
          <EditMessage message={message} onDone={done} />
        ) : (
          <div className="bubble">
            {pinned && (
              <p className="pinned">
                <Icon name="pin" />
                <PinnedBy id={message.pinned_by} />
              </p>
            )}
            {quoted && <Quote id={quoted} onJump={onJump} />}
            <Attachments message={message} />
            {message.text && <MessageText text={message.text} />}
            {message.edited_at && <span className="edited">{words.edited}</span>}
          </div>
        )}
        {!deleted && <Reactions message={message} />}
        {replies > 0 && onThread && (
          <button type="button" className="replies" onClick={() => onThread(id)}>
            <Icon name="thread" />
            {words.replies(replies)}
          </button>
        )}
        {seenBy && <SeenBy users={seenBy} />}
      </div>
      {active && doing !== "edit" && !deleted && (
        <MessageActions
          message={message}
          author={author}
          mine={mine}
          onEdit={() => setDoing("edit")}
          onDelete={() => setDoing("delete")}
          onQuote={() => onQuote(id)}
          onThread={onThread && (() => onThread(id))}
          onUnread={() => onUnread(id)}
        />
      )}
      {doing === "delete" && !deleted && <DeleteQuestion id={id} onDone={done} />}
    </article>
  );
});

function PinnedBy({ id }: { id: string | null }) {
  return useWords().pinnedBy(useName(id ?? undefined));
}
