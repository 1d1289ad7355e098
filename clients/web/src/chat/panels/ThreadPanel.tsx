import { useChat, useThread } from "@parley/react";
import { useState } from "react";
import { Composer } from "../composer/Composer";
import { useName } from "../conversations/names";
import { Attachments } from "../media/Attachments";
import { MessageLog } from "../messages/MessageLog";
import { MessageText } from "../messages/MessageText";
import { useMessage } from "../messages/Quote";
import { Place } from "../messages/Place";
import { PollView } from "../polls/PollView";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import { Panel } from "./Panel";

/** A message and the replies to it. */
export function ThreadPanel({ conversation, root, message, onClose }: { conversation: string; root: string; message?: string; onClose(): void }) {
  const words = useWords();
  const formats = useFormats();
  const found = useMessage(root);
  const author = useName(found?.author_id);
  const [quoted, setQuoted] = useState<string>();
  const [jumped, setJumped] = useState<{ id: string; jump: number } | undefined>(message ? { id: message, jump: 1 } : undefined);
  return (
    <Panel title={words.thread} className="thread" tools={<Follow root={root} />} onClose={onClose}>
      <div className="thread-root">
        {found === null && <p className="quiet">{words.missingMessage}</p>}
        {found && (
          <>
            <Avatar id={found.author_id} name={author} />
            <div>
              <p className="message-head">
                <b dir="auto" className="author">
                  {author}
                </b>
                <time dateTime={found.created_at}>{formats.full(found.created_at)}</time>
              </p>
              {found.deleted_at ? <p className="quiet">{words.deletedMessage}</p> : <MessageText groups={found.mentioned_groups} text={found.text} />}
              {!found.deleted_at && <Attachments message={found} />}
              {!found.deleted_at && found.location && <Place location={found.location} />}
              {!found.deleted_at && found.poll && <PollView message={{ ...found, poll: found.poll }} />}
            </div>
          </>
        )}
      </div>
      <MessageLog
        label={words.threadOf(author)}
        conversation={conversation}
        root={root}
        {...(jumped ? { message: jumped.id } : {})}
        jump={jumped?.jump ?? 0}
        onQuote={setQuoted}
        onJump={({ id }) => setJumped((before) => ({ id, jump: (before?.jump ?? 0) + 1 }))}
      />
      {found && !found.deleted_at && <Composer label={words.reply} conversation={conversation} root={root} {...(quoted ? { quoted } : {})} onQuoted={() => setQuoted(undefined)} />}
    </Panel>
  );
}

/** Whether the user follows the thread, to be changed. */
function Follow({ root }: { root: string }) {
  const words = useWords();
  const chat = useChat();
  const thread = useThread(root);
  if (!thread) return null;
  const { following } = thread;
  const change = () => (following ? chat.threads.unfollow(root) : chat.threads.follow(root)).catch(chat.failed);
  return <IconButton icon="bell" className="follow" label={words.followThread} aria-pressed={following} onClick={() => void change()} />;
}
