import type { Thread } from "@parley/client";
import { ThreadList, useConversation, useThreads, useUser } from "@parley/react";
import { useState } from "react";
import { Badge } from "../conversations/Sidebar";
import { useName, useTitle } from "../conversations/names";
import { useHeading } from "../messages/headings";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { useFormats } from "../ui/times";
import "./threads.css";

/** The threads that the user follows, newest reply first; those with unread replies alone, if they are wanted. */
export function Threads({ label, selected, onSelect }: { label: string; selected?: string; onSelect(thread: Thread): void }) {
  const words = useWords();
  const threads = useThreads();
  const [unreadOnly, setUnreadOnly] = useState(false);
  const shown = threads?.filter((each) => !unreadOnly || each.unread_count > 0);
  return (
    <div className="threads">
      <label className="only-unread">
        <input type="checkbox" checked={unreadOnly} onChange={({ target }) => setUnreadOnly(target.checked)} />
        {words.onlyUnread}
      </label>
      {!threads && <p className="quiet empty">{words.loading}</p>}
      {shown?.length === 0 && (
        <p className="quiet empty" role="status">
          {threads?.length ? words.nothingUnread : words.noThreads}
        </p>
      )}
      <ThreadList label={label} unreadOnly={unreadOnly} onSelect={onSelect} {...(selected ? { selected } : {})}>
        {(thread) => <Entry thread={thread} />}
      </ThreadList>
    </div>
  );
}

function Entry({ thread }: { thread: Thread }) {
  const words = useWords();
  const formats = useFormats();
  const heading = useHeading();
  const { userId } = useSession();
  const { root, last_reply: last, unread_count: unread, conversation_id, reply_count, last_activity_at: moment } = thread;
  const conversation = useConversation(conversation_id);
  const title = useTitle(conversation);
  const author = useName(root.author_id);
  const replier = useUser(last?.author_id);
  return (
    <span className="thread-entry" data-unread={unread > 0 && !conversation?.muted}>
      <Avatar id={root.author_id} name={author} />
      <span className="entry-name" dir="auto">
        {root.deleted ? words.deletedMessage : heading(root)}
      </span>
      {moment && <time dateTime={moment}>{formats.brief(moment)}</time>}
      {last && (
        <span className="preview">
          <bdi>{last.author_id === userId ? words.you : (replier?.name.split(" ")[0] ?? words.anybody)}:</bdi>
          <span dir="auto">{heading(last)}</span>
        </span>
      )}
      <span className="entry-marks">
        <Badge count={unread} muted={!!conversation?.muted} />
      </span>
      <span className="thread-place">
        <bdi>{title}</bdi> · {words.replies(reply_count)}
      </span>
    </span>
  );
}
