import type { Message } from "@parley/client";
import { useMessageStatus } from "@parley/react";
import { memo, useCallback, useState } from "react";
import { MuteDialog } from "../community/MuteDialog";
import { useName } from "../conversations/names";
import { Attachments } from "../media/Attachments";
import type { placeOf } from "../places";
import { PollView } from "../polls/PollView";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import { DeleteQuestion } from "./DeleteQuestion";
import { EditMessage } from "./EditMessage";
import { ForwardDialog } from "./ForwardDialog";
import { ForwardedFrom } from "./ForwardedFrom";
import { LinkPreviews } from "./LinkPreviews";
import { MessageActions } from "./MessageActions";
import { MessageText } from "./MessageText";
import { Place } from "./Place";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { SeenBy } from "./SeenBy";
import { Status } from "./Status";
import { Translation } from "./Translation";

interface Props {
  message: Message;
  first: boolean;
  seenBy: readonly string[] | undefined;
  /** Whether it is the last that the user has written in the conversation. */
  newest: boolean;
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
export const MessageRow = memo(function MessageRow({ message, first, seenBy, newest, focusable, active, onActive, onQuote, onThread, onUnread, onJump }: Props) {
  const words = useWords();
  const formats = useFormats();
  const { userId } = useSession();
  const [doing, setDoing] = useState<"edit" | "delete" | "forward" | "mute">();
  const done = () => setDoing(undefined);
  const [translated, setTranslated] = useState(false);
  const hideTranslation = useCallback(() => setTranslated(false), []);
  const author = useName(message.author_id);
  const system = message.type === "system";
  const mine = message.author_id === userId && !system;
  const { id, deleted_at: deleted, pinned_at: pinned, reply_count: replies } = message;
  const { status, seenBy: all } = useMessageStatus(message);
  const said = mine && !deleted && !message.parent_id ? `, ${words.statuses[status]}` : "";
  const show = () => onActive(id);
  return (
    <article
      className="message"
      data-mine={mine || undefined}
      data-system={system || undefined}
      data-first={first || undefined}
      data-id={id}
      tabIndex={focusable ? 0 : -1}
      onFocus={show}
      onPointerEnter={show}
      onClick={show}
      aria-label={`${system ? words.systemMessage : mine ? words.you : author}, ${formats.time(message.created_at)}${said}`}
    >
      {!mine && !system && <span className="message-avatar">{first && <Avatar id={message.author_id} name={author} />}</span>}
      <div className="message-body">
        {first && !system && (
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
            {message.forwarded_from && <ForwardedFrom from={message.forwarded_from} />}
            {message.quoted_message_id && <Quote message={message} onJump={onJump} />}
            <Attachments message={message} />
            {message.text && <MessageText text={message.text} groups={message.mentioned_groups} />}
            {translated && message.text && <Translation message={message} onDone={hideTranslation} />}
            <LinkPreviews message={message} mine={mine} />
            {message.location && <Place location={message.location} />}
            {message.poll && <PollView message={{ ...message, poll: message.poll }} />}
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
        {newest && !system && <Status status={status} seen={all.length} conversation={message.conversation_id} />}
        {seenBy && <SeenBy users={seenBy} />}
      </div>
      {active && doing !== "edit" && !deleted && (
        <MessageActions
          message={message}
          author={author}
          mine={mine}
          onEdit={() => setDoing("edit")}
          onDelete={() => setDoing("delete")}
          onForward={() => setDoing("forward")}
          onMute={() => setDoing("mute")}
          onTranslate={() => setTranslated(true)}
          onQuote={() => onQuote(id)}
          onThread={onThread && (() => onThread(id))}
          onUnread={() => onUnread(id)}
        />
      )}
      {doing === "forward" && !deleted && <ForwardDialog message={message} onDone={done} />}
      {doing === "mute" && <MuteDialog user={message.author_id} name={author} onDone={done} />}
      {doing === "delete" && !deleted && <DeleteQuestion id={id} onDone={done} />}
    </article>
  );
});

function PinnedBy({ id }: { id: string | null }) {
  return useWords().pinnedBy(useName(id ?? undefined));
}
