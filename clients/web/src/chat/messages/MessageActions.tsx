import type { Message } from "@parley/client";
import { useConversations } from "@parley/react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon, type IconName } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
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
  onQuote(): void;
  onThread: (() => void) | undefined;
  onUnread(): void;
}

/** What can be done with a message. */
export function MessageActions({ message, author, mine, onEdit, onDelete, onQuote, onThread, onUnread }: Props) {
  const words = useWords();
  const { api, chat } = useSession();
  const react = useReact(message);
  const { type, role } = useConversations().find((each) => each.id === message.conversation_id) ?? {};
  const admin = role === "owner" || role === "admin";
  const path = { message_id: message.id };
  const togglePin = () => {
    const done = message.pinned_at ? api.delete("/v1/messages/{message_id}/pin", { path }) : api.put("/v1/messages/{message_id}/pin", { path });
    done.catch(chat.failed);
  };
  return (
    <div className="actions" role="toolbar" aria-label={words.actionsOf(author)}>
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
      {onThread && <IconButton icon="thread" label={words.openThread} onClick={onThread} />}
      <Popover icon="more" label={words.more}>
        {(close) => {
          const item = (icon: IconName, label: string, act: () => void) => (
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                act();
              }}
            >
              <Icon name={icon} />
              {label}
            </button>
          );
          return (
            <div className="menu">
              {item("quote", words.quote, onQuote)}
              {!message.parent_id && (admin || type === "direct") && item("pin", message.pinned_at ? words.unpin : words.pin, togglePin)}
              {message.text && item("copy", words.copy, () => void navigator.clipboard.writeText(message.text).catch(chat.failed))}
              {!message.parent_id && !mine && item("unread", words.markUnread, onUnread)}
              {mine && item("edit", words.edit, onEdit)}
              {(mine || admin) && item("trash", words.delete, onDelete)}
            </div>
          );
        }}
      </Popover>
    </div>
  );
}
