import { ChatProvider, useBookmarks, useChatState, useDecisions, useInvites } from "@parley/react";
import { useCallback, useState } from "react";
import { Banner } from "./Banner";
import { InvitesPanel } from "./community/InvitesPanel";
import { openedBy } from "./community/links";
import { MutesPanel } from "./community/MutesPanel";
import type { Filter } from "./conversations/arranging";
import { Conversation } from "./conversations/Conversation";
import { ConversationList } from "./conversations/ConversationList";
import { FilterPicker } from "./conversations/FilterPicker";
import { NewConversation } from "./conversations/NewConversation";
import { Badge, Sidebar, type View } from "./conversations/Sidebar";
import { DecisionNotice } from "./moderation/DecisionNotice";
import { DecisionsPanel } from "./moderation/DecisionsPanel";
import "./pane.css";
import { BookmarksPanel } from "./panels/BookmarksPanel";
import { MembersPanel } from "./panels/MembersPanel";
import { PinsPanel } from "./panels/PinsPanel";
import { ScheduledPanel } from "./panels/ScheduledPanel";
import { SearchPanel } from "./panels/SearchPanel";
import { ThreadPanel } from "./panels/ThreadPanel";
import { OWN_PANELS, placeOf, type Panel, type Place } from "./places";
import { useWords } from "./preferences";
import { useSession } from "./session/session";
import { Threads } from "./threads/Threads";
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
  const [place, setPlace] = useState<Place>(() => ({ jump: 0, ...(openedBy() ? { panel: { kind: "invites" as const } } : {}) }));
  const [view, setView] = useState<View>("conversations");
  const [filter, setFilter] = useState<Filter>("usual");
  const [creating, setCreating] = useState(false);
  const online = useChatState((state) => state.connection === "open");
  const due = (useBookmarks() ?? []).filter((each) => each.reminded_at).length;
  const invited = useInvites()?.length ?? 0;
  const decided = useDecisions()?.some((each) => each.actions.length > 0) ?? false;
  const name = users.find((each) => each.id === userId)?.name ?? userId;
  const { conversation, panel } = place;
  const open = useCallback((id: string) => setPlace(({ jump, panel: before }) => ({ conversation: id, jump, ...(before && OWN_PANELS.includes(before.kind) ? { panel: before } : {}) })), []);
  const show = useCallback((next: Panel | undefined) => setPlace(({ panel: _, ...rest }) => (next ? { ...rest, panel: next } : rest)), []);
  const back = useCallback(() => setPlace(({ jump }) => ({ jump })), []);
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
        <span className="with-badge">
          <IconButton icon="bookmark" label={words.bookmarks} aria-pressed={panel?.kind === "bookmarks"} onClick={() => show(panel?.kind === "bookmarks" ? undefined : { kind: "bookmarks" })} />
          <Badge count={due} label={words.remindersDue(due)} />
        </span>
        <IconButton icon="clock" label={words.scheduled} aria-pressed={panel?.kind === "scheduled"} onClick={() => show(panel?.kind === "scheduled" ? undefined : { kind: "scheduled" })} />
        <span className="with-badge">
          <IconButton icon="mail" label={words.invites} aria-pressed={panel?.kind === "invites"} onClick={() => show(panel?.kind === "invites" ? undefined : { kind: "invites" })} />
          <Badge count={invited} label={words.invitesCount(invited)} />
        </span>
        <IconButton icon="mute" label={words.mutedUsers} aria-pressed={panel?.kind === "mutes"} onClick={() => show(panel?.kind === "mutes" ? undefined : { kind: "mutes" })} />
        {decided && <IconButton icon="warn" label={words.decisions} aria-pressed={panel?.kind === "decisions"} onClick={() => show(panel?.kind === "decisions" ? undefined : { kind: "decisions" })} />}
        <IconButton icon="plus" label={words.newConversation} onClick={() => setCreating(true)} />
      </div>
      <Banner />
      <DecisionNotice open={panel?.kind === "decisions"} onShow={() => show({ kind: "decisions" })} />
      <div className="pane-body">
        <Sidebar view={view} onView={setView} tools={view === "conversations" && <FilterPicker filter={filter} onFilter={setFilter} />}>
          {view === "conversations" ? (
            <ConversationList label={`${name}: ${words.conversations}`} filter={filter} {...(conversation ? { selected: conversation } : {})} onSelect={open} />
          ) : (
            <Threads
              label={`${name}: ${words.threads}`}
              {...(panel?.kind === "thread" ? { selected: panel.root } : {})}
              onSelect={({ id, conversation_id }) => setPlace(({ jump }) => ({ conversation: conversation_id, jump, panel: { kind: "thread", root: id } }))}
            />
          )}
        </Sidebar>
        {conversation ? (
          <Conversation key={conversation} id={conversation} place={place} onBack={back} onPanel={show} onJump={jump} />
        ) : (
          <div className="nothing-chosen">
            <Icon name="chat" />
            <p>{words.chooseConversation}</p>
            <p className="quiet">{words.chooseHint}</p>
          </div>
        )}
        {panel?.kind === "search" && <SearchPanel {...(conversation ? { conversation } : {})} onClose={() => show(undefined)} onJump={jump} />}
        {panel?.kind === "bookmarks" && <BookmarksPanel onClose={() => show(undefined)} onJump={(message) => jump(message, { kind: "bookmarks" })} />}
        {panel?.kind === "scheduled" && <ScheduledPanel onClose={() => show(undefined)} />}
        {panel?.kind === "invites" && <InvitesPanel onClose={() => show(undefined)} onOpen={open} />}
        {panel?.kind === "mutes" && <MutesPanel onClose={() => show(undefined)} />}
        {panel?.kind === "decisions" && <DecisionsPanel onClose={() => show(undefined)} />}
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
