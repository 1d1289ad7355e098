import { briefOf, type Bookmark } from "@parley/client";
import { useName, useTitle } from "../conversations/names";
import { useBookmarks, useConversation } from "@parley/react";
import { useHeading } from "../messages/headings";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import { Panel } from "./Panel";

/** What the user keeps for later; those whose reminder has come first. */
export function BookmarksPanel({ onClose, onJump }: { onClose(): void; onJump(message: Parameters<typeof placeOf>[0]): void }) {
  const words = useWords();
  const bookmarks = useBookmarks();
  const ordered = [...(bookmarks ?? [])].sort((one, other) => Number(!!other.reminded_at) - Number(!!one.reminded_at));
  return (
    <Panel title={words.bookmarks} onClose={onClose}>
      {!bookmarks && <p className="quiet empty">{words.loading}</p>}
      {bookmarks?.length === 0 && <p className="quiet empty">{words.noBookmarks}</p>}
      <ul className="hits">
        {ordered.map((each) => (
          <li key={each.message_id} className="bookmark">
            <Kept bookmark={each} onJump={onJump} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Kept({ bookmark, onJump }: { bookmark: Bookmark; onJump(message: Parameters<typeof placeOf>[0]): void }) {
  const words = useWords();
  const formats = useFormats();
  const heading = useHeading();
  const { chat } = useSession();
  const { message, message_id, conversation_id, remind_at, reminded_at } = bookmark;
  const author = useName(message?.author_id);
  const title = useTitle(useConversation(conversation_id));
  const inside = (
    <>
      {message && <Avatar id={message.author_id} name={author} size="small" />}
      <b dir="auto">{message ? author : words.missingMessage}</b>
      {message && <time dateTime={message.created_at}>{formats.brief(message.created_at)}</time>}
      {message && (
        <span className="hit-text" dir="auto">
          {heading(briefOf(message))}
        </span>
      )}
      <span className="hit-place" dir="auto">
        {title}
      </span>
      {remind_at && (
        <span className="reminder" data-due={!!reminded_at}>
          <Icon name="bell" />
          {reminded_at ? words.reminded : words.remindsAt(formats.moment(remind_at))}
        </span>
      )}
    </>
  );
  return (
    <>
      {message ? (
        <button type="button" className="hit" onClick={() => onJump(message)}>
          {inside}
        </button>
      ) : (
        <div className="hit">{inside}</div>
      )}
      <IconButton icon="close" label={words.unbookmark} onClick={() => void chat.own.bookmarks.remove(message_id).catch(chat.failed)} />
    </>
  );
}
