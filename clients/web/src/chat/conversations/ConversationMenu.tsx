import type { Conversation } from "@parley/client";
import { useChat } from "@parley/react";
import { useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { Menu } from "../ui/Menu";
import { LabelsDialog } from "./LabelsDialog";
import { useMayI } from "./rights";
import { SlowModeDialog } from "./SlowModeDialog";

/** How the user keeps a conversation, for themselves alone, and what its admins may do with it. `onGone`: it has left the list. */
export function ConversationMenu({ conversation, onGone }: { conversation: Conversation; onGone(): void }) {
  const mayI = useMayI();
  const words = useWords();
  const chat = useChat();
  const { api } = useSession();
  const [asking, setAsking] = useState<"labels" | "clear" | "truncate" | "slow">();
  const { id, settings, frozen, archived_at } = conversation;
  const arrange = (change: Parameters<typeof chat.arrange>[1], gone = false) => {
    chat.arrange(id, change).then(() => gone && onGone(), chat.failed);
  };
  const freeze = () => {
    api.put("/v1/conversations/{conversation_id}", { path: { conversation_id: id }, body: { frozen: !frozen } }).catch(chat.failed);
  };
  const done = () => setAsking(undefined);
  return (
    <>
      <Menu label={words.conversationMenu}>
        {(item) => (
          <>
            {item("pin", settings.pinned ? words.unpinConversation : words.pinConversation, () => arrange({ pinned: !settings.pinned }))}
            {item("label", words.editLabels, () => setAsking("labels"))}
            {settings.archived_for_me
              ? item("archive", words.unarchive, () => arrange({ archived_for_me: false }))
              : item("archive", words.archive, () => arrange({ archived_for_me: true }, true))}
            {settings.hidden ? (
              item("show", words.showAgain, () => arrange({ hidden: null }))
            ) : (
              <>
                {item("hide", words.hideUntilMessage, () => arrange({ hidden: "until_message" }, true))}
                {item("hide", words.hideAlways, () => arrange({ hidden: "always" }, true))}
              </>
            )}
            {!archived_at && mayI(conversation, "freeze") && item("lock", frozen ? words.unfreeze : words.freeze, freeze)}
            {!archived_at && mayI(conversation, "slow_mode") && item("clock", words.editSlowMode, () => setAsking("slow"))}
            {!archived_at && mayI(conversation, "truncate") && item("trash", words.truncate, () => setAsking("truncate"))}
            {item("trash", words.clearHistory, () => setAsking("clear"))}
          </>
        )}
      </Menu>
      {asking === "labels" && <LabelsDialog conversation={conversation} onDone={done} />}
      {asking === "slow" && <SlowModeDialog conversation={conversation} onDone={done} />}
      {asking === "clear" && <Question title={words.clearHistory} text={words.clearQuestion} act={words.clear} onAct={() => chat.clearHistory(id)} onDone={done} />}
      {asking === "truncate" && (
        <Question title={words.truncate} text={words.truncateQuestion} act={words.truncateNow} onAct={() => chat.truncate(id, { notice: words.truncated })} onDone={done} />
      )}
    </>
  );
}

/** What cannot be undone is asked about first. */
function Question({ title, text, act, onAct, onDone }: { title: string; text: string; act: string; onAct(): Promise<void>; onDone(): void }) {
  const words = useWords();
  const chat = useChat();
  return (
    <Dialog title={title} onClose={onDone} className="question">
      <p>{text}</p>
      <footer>
        <button type="button" className="button plain" onClick={onDone}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => {
            onDone();
            onAct().catch(chat.failed);
          }}
        >
          {act}
        </button>
      </footer>
    </Dialog>
  );
}
