import { briefOf, type Message } from "@parley/client";
import { useCallback, useEffect, useState } from "react";
import { useName } from "../conversations/names";
import { useHeading } from "../messages/headings";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useEvents, useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { useFormats } from "../ui/times";
import { Panel } from "./Panel";

/** The pinned messages of a conversation, as they are now. */
export function PinsPanel({ conversation, onClose, onJump }: { conversation: string; onClose(): void; onJump(message: Parameters<typeof placeOf>[0]): void }) {
  const words = useWords();
  const { api, chat } = useSession();
  const [pins, setPins] = useState<readonly Message[]>();
  const [changes, setChanges] = useState(0);
  useEvents(useCallback(({ type, conversation_id }) => conversation_id === conversation && /^message\.(updated|deleted)$/.test(type) && setChanges((count) => count + 1), [conversation]));
  useEffect(() => {
    let shown = true;
    api.get("/v1/conversations/{conversation_id}/pins", { path: { conversation_id: conversation }, query: { limit: 50 } }).then(({ data }) => shown && setPins(data), chat.failed);
    return () => void (shown = false);
  }, [api, chat, conversation, changes]);
  return (
    <Panel title={words.pins} onClose={onClose}>
      {!pins && <p className="quiet empty">{words.loading}</p>}
      {pins?.length === 0 && <p className="quiet empty">{words.noPins}</p>}
      <ul className="hits">
        {pins?.map((each) => (
          <li key={each.id}>
            <Pin message={each} onJump={onJump} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Pin({ message, onJump }: { message: Message; onJump(message: Message): void }) {
  const heading = useHeading();
  const formats = useFormats();
  const author = useName(message.author_id);
  return (
    <button type="button" className="hit" onClick={() => onJump(message)}>
      <Avatar id={message.author_id} name={author} size="small" />
      <b dir="auto">{author}</b>
      <time dateTime={message.created_at}>{formats.brief(message.created_at)}</time>
      <span className="hit-text" dir="auto">
        {heading(briefOf(message))}
      </span>
    </button>
  );
}
