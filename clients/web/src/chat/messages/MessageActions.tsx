import type { Message } from "@parley/client";
import { useBookmarks, useConversation } from "@parley/react";
import { useMute } from "../community/MutesPanel";
import { tomorrow } from "../composer/MomentDialog";
import { useIsFrozenForMe, useMayI } from "../conversations/rights";
import { usePreferences } from "../preferences";
import { useSession } from "../session/session";
import { useTranslating } from "../session/translating";
import { IconButton } from "../ui/IconButton";
import { Menu } from "../ui/Menu";
import { Popover } from "../ui/Popover";
import { QUICK } from "./emoji";
import { EmojiGrid } from "./EmojiGrid";
import { useReact } from "./reacting";

interface Props {
  message: Message;
  author: string;
  mine: boolean;
  onEdit(): void;
  onDelete(): void;
  onForward(): void;
  onMute(): void;
  onTranslate(): void;
  onQuote(): void;
  onThread: (() => void) | undefined;
  onUnread(): void;
}

/** What can be done with a message. */
export function MessageActions({ message, author, mine, onEdit, onDelete, onForward, onMute, onTranslate, onQuote, onThread, onUnread }: Props) {
  const mayI = useMayI();
  const isFrozenForMe = useIsFrozenForMe();
  const { language, words } = usePreferences();
  const { api, chat } = useSession();
  const translating = useTranslating();
  const { bookmarks } = chat.own;
  const kept = useBookmarks()?.some((each) => each.message_id === message.id);
  const keep = (remindAt: Date | null) => void bookmarks.put(message.id, remindAt).catch(chat.failed);
  const muted = useMute(message.author_id);
  const react = useReact(message);
  const conversation = useConversation(message.conversation_id);
  const frozen = isFrozenForMe(conversation);
  const forwardable = message.type !== "system" && !!(message.text || message.attachments.length || message.location);
  const path = { message_id: message.id };
  const togglePin = () => {
    const done = message.pinned_at ? api.delete("/v1/messages/{message_id}/pin", { path }) : api.put("/v1/messages/{message_id}/pin", { path });
    done.catch(chat.failed);
  };
  return (
    <div className="actions" role="toolbar" aria-label={words.actionsOf(author)}>
      {!frozen && mayI(conversation, "react") && (
        <>
          {QUICK.map((emoji) => (
            <button key={emoji} type="button" className="icon-button" aria-label={words.reactWith(emoji)} title={words.reactWith(emoji)} onClick={() => react(emoji)}>
              {emoji}
            </button>
          ))}
          <Popover icon="smile" label={words.react}>
            {(close) => (
              <EmojiGrid
                onChoose={(emoji) => {
                  close();
                  react(emoji);
                }}
              />
            )}
          </Popover>
        </>
      )}
      {onThread && <IconButton icon="thread" label={words.openThread} onClick={onThread} />}
      <Menu label={words.more}>
        {(item) => (
          <>
            {!frozen && item("quote", words.quote, onQuote)}
            {forwardable && item("share", words.forwardMessage, onForward)}
            {!message.parent_id && mayI(conversation, "pin") && item("pin", message.pinned_at ? words.unpin : words.pin, togglePin)}
            {kept ? (
              item("bookmark", words.unbookmark, () => void bookmarks.remove(message.id).catch(chat.failed))
            ) : (
              <>
                {item("bookmark", words.bookmark, () => keep(null))}
                {item("bell", words.remindInAnHour, () => keep(inAnHour()))}
                {item("bell", words.remindTomorrow, () => keep(tomorrow()))}
              </>
            )}
            {message.text && item("copy", words.copy, () => void navigator.clipboard.writeText(message.text).catch(chat.failed))}
            {message.text && !mine && (translating || message.translations[language]) && item("globe", words.translate, onTranslate)}
            {!message.parent_id && !mine && item("unread", words.markUnread, onUnread)}
            {mine && !frozen && !message.forwarded_from && item("edit", words.edit, onEdit)}
            {!mine && message.type !== "system" && (muted ? item("unmute", words.unmuteUser(author), () => void chat.own.mutes.unmute(message.author_id).catch(chat.failed)) : item("mute", words.muteUser(author), onMute))}
            {(mine || mayI(conversation, "delete_any")) && item("trash", words.delete, onDelete)}
          </>
        )}
      </Menu>
    </div>
  );
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}
