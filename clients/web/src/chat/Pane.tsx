import { ChatProvider, useChatState } from "@parley/react";
import { useCallback, useState } from "react";
import { Banner } from "./Banner";
import { Conversation } from "./conversations/Conversation";
import { ConversationList } from "./conversations/ConversationList";
import { NewConversation } from "./conversations/NewConversation";
import "./pane.css";
import { MembersPanel } from "./panels/MembersPanel";
import { PinsPanel } from "./panels/PinsPanel";
import { SearchPanel } from "./panels/SearchPanel";
import { ThreadPanel } from "./panels/ThreadPanel";
import { placeOf, type Panel, type Place } from "./places";
import { useWords } from "./preferences";
import { useSession } from "./session/session";
import { Avatar } from "./ui/Avatar";
import { Icon } from "./ui/Icon";
import { IconButton } from "./ui/IconButton";

interface Props {
  users: readonly { id: string; name: string }[];
  /** Those that another pane shows. */
  taken: readonly string[];
  onUser(id: string): void;
}

/** All that one user sees. Its width, not the window's, decides how much stands side by side. */
export function Pane(props: Props) {
  const { chat } = useSession();
  return (
    <ChatProvider chat={chat}>
      <Within {...props} />
    </ChatProvider>
  );
}

function Within({ users, taken, onUser }: Props) {
  const words = useWords();
  const { userId } = useSession();
  const [place, setPlace] = useState<Place>({ jump: 0 });
  const [creating, setCreating] = useState(false);
  const online = useChatState((state) => state.connection === "open");
  const name = users.find((each) => each.id === userId)?.name ?? userId;
  const { conversation, panel } = place;
  const open = useCallback((id: string) => setPlace(({ jump, panel: before }) => ({ conversation: id, jump, ...(before?.kind === "search" ? { panel: before } : {}) })), []);
  const show = useCallback((next: Panel | undefined) => setPlace(({ panel: _, ...rest }) => (next ? { ...rest, panel: next } : rest)), []);
  const jump = useCallback((message: Parameters<typeof placeOf>[0], keep?: Panel) => setPlace((before) => placeOf(message, before, keep)), []);
  return (
    <section className="pane" aria-label={words.paneOf(name)} data-open={conversation ? "conversation" : "list"} data-panel={panel?.kind}>
      <div className="pane-bar">
        <Avatar id={userId} name={name} online={online} />
        <label className="user-picker">
          <span className="hidden">{words.actAs}</span>
          <select value={userId} onChange={(event) => onUser(event.target.value)}>
            {!users.some((each) => each.id === userId) && <option value={userId}>{userId}</option>}
            {users.map((each) => (
              <option key={each.id} value={each.id} disabled={taken.includes(each.id)}>
                {each.name}
              </option>
            ))}
          </select>
          <Icon name="forward" />
        </label>
        <IconButton icon="search" label={words.searchMessages} aria-pressed={panel?.kind === "search"} onClick={() => show(panel?.kind === "search" ? undefined : { kind: "search" })} />
        <IconButton icon="plus" label={words.newConversation} onClick={() => setCreating(true)} />
      </div>
      <Banner />
      <div className="pane-body">
        <ConversationList label={`${name}: ${words.conversations}`} {...(conversation ? { selected: conversation } : {})} onSelect={open} />
        {conversation ? (
          <Conversation key={conversation} id={conversation} place={place} onBack={() => setPlace({ jump: place.jump })} onPanel={show} onJump={jump} />
        ) : (
          <div className="nothing-chosen">
            <Icon name="chat" />
            <p>{words.chooseConversation}</p>
            <p className="quiet">{words.chooseHint}</p>
          </div>
        )}
        {panel?.kind === "search" && <SearchPanel {...(conversation ? { conversation } : {})} onClose={() => show(undefined)} onJump={jump} />}
        {panel?.kind === "thread" && conversation && (
          <ThreadPanel key={panel.root} conversation={conversation} root={panel.root} {...(panel.message ? { message: panel.message } : {})} onClose={() => show(undefined)} />
        )}
        {panel?.kind === "pins" && conversation && <PinsPanel conversation={conversation} onClose={() => show(undefined)} onJump={jump} />}
        {panel?.kind === "members" && conversation && <MembersPanel conversation={conversation} onClose={() => show(undefined)} />}
      </div>
      {creating && (
        <NewConversation
          users={users}
          onClose={() => setCreating(false)}
          onMade={(id) => {
            setCreating(false);
            open(id);
          }}
        />
      )}
    </section>
  );
}
