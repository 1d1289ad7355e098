import type { Message } from "@parley/client";
import { useConversation } from "@parley/react";
import { useState } from "react";
import { useIsFrozenForMe, useMayI } from "../conversations/rights";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { useFormats } from "../ui/times";
import { useReact } from "./reacting";

/** The reactions to a message as chips: a press adds the caller's or takes it back; who reacted is read when it is looked at. */
export function Reactions({ message }: { message: Message }) {
  const isFrozenForMe = useIsFrozenForMe();
  const mayI = useMayI();
  const words = useWords();
  const formats = useFormats();
  const react = useReact(message);
  const conversation = useConversation(message.conversation_id);
  const locked = isFrozenForMe(conversation) || !mayI(conversation, "react");
  const [who, look] = useWho(message);
  const all = Object.entries(message.reactions);
  if (!all.length) return null;
  return (
    <ul className="reactions" aria-label={words.reactions} onPointerEnter={look} onFocus={look}>
      {all.map(([emoji, { count, mine }]) => {
        const names = who[emoji] ?? [];
        return (
          <li key={emoji}>
            <button type="button" aria-pressed={mine} disabled={locked && !mine} aria-label={words.reactionOf(emoji, count, mine)} title={formats.list(names)} onClick={() => react(emoji)}>
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true">{formats.count(count)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The names of those who reacted, by reaction. */
export function useWho(message: Message): [Readonly<Record<string, string[]>>, () => void] {
  const { api, chat } = useSession();
  const [read, setRead] = useState<{ of: Message["reactions"]; who: Record<string, string[]> }>();
  const { id, reactions } = message;
  const look = () => {
    if (read?.of === reactions) return;
    setRead({ of: reactions, who: {} });
    const asked = async () => {
      const { data } = await api.get("/v1/messages/{message_id}/reactions", { path: { message_id: id }, query: { limit: 100 } });
      await Promise.all(data.map((each) => chat.directory.wantUser(each.user_id)));
      const { users } = chat.directory.getSnapshot();
      const who: Record<string, string[]> = {};
      for (const { reaction, user_id } of data) (who[reaction] ??= []).push(users[user_id]?.name ?? user_id);
      setRead({ of: reactions, who });
    };
    asked().catch(chat.failed);
  };
  return [read?.of === reactions ? read.who : {}, look];
}
