import type { components } from "@parley/client";
import { useEffect, useRef, useState } from "react";
import { Paged, usePage } from "../parts/lists.js";
import { Badge, Moment, Panel } from "../parts/view.js";
import { Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { DeleteMessage } from "./delete_message.js";

type Message = components["schemas"]["Message"];

/** The history, newest first, or around the message that the address names. */
export function Messages({ id, user }: { id: string; user: string }) {
  const words = useWords();
  const session = useSession();
  const around = useRoute().query.get("around");
  const [deleting, setDeleting] = useState<Message | null>(null);
  const messages = usePage(
    (cursor, signal) => {
      const query = cursor ? { cursor } : around ? { around, order: "desc" as const } : {};
      return session.as(user).get("/v1/conversations/{conversation_id}/messages", { path: { conversation_id: id }, query, signal });
    },
    [id, user, around],
  );
  return (
    <Panel title={words.conversations.tabs.messages}>
      <Paged of={messages} empty={words.conversations.noMessages}>
        {(rows) => (
          <ol className="messages">
            {rows.map((message) => (
              <Said key={message.id} message={message} wanted={message.id === around} onDelete={() => setDeleting(message)} />
            ))}
          </ol>
        )}
      </Paged>
      {deleting && <DeleteMessage message={deleting} onDeleted={messages.reload} onClose={() => setDeleting(null)} />}
    </Panel>
  );
}

function Said({ message, wanted, onDelete }: { message: Message; wanted: boolean; onDelete: () => void }) {
  const words = useWords();
  const formats = useFormats();
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (wanted) place.current?.scrollIntoView({ block: "center" });
  }, [wanted]);
  const { author_id, created_at, edited_at, deleted_at, pinned_at, attachments, reply_count, text } = message;
  return (
    <li ref={place} className={wanted ? "message wanted" : "message"}>
      <p className="message-head">
        <Link to={["users", author_id]}>
          <bdi>{author_id}</bdi>
        </Link>
        <span className="quiet">
          <Moment at={created_at} />
        </span>
        {edited_at && <Badge>{words.conversations.edited}</Badge>}
        {pinned_at && <Badge>{words.conversations.pinned}</Badge>}
        {reply_count > 0 && <Badge>{words.conversations.replies(formats.number(reply_count))}</Badge>}
      </p>
      {deleted_at ? (
        <p className="quiet">{words.conversations.tombstone}</p>
      ) : (
        <p className="message-text" dir="auto">
          {text}
        </p>
      )}
      {attachments.length > 0 && (
        <ul className="attachments quiet">
          {attachments.map((file) => (
            <li key={file.media_id}>
              <bdi>{file.filename ?? file.media_id}</bdi> {file.size !== null && formats.bytes(file.size)}
            </li>
          ))}
        </ul>
      )}
      {!deleted_at && (
        <button type="button" className="small" aria-label={words.conversations.deleteOf(author_id, text.slice(0, 40))} onClick={onDelete}>
          {words.conversations.delete}
        </button>
      )}
    </li>
  );
}
