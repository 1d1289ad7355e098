import { reaches, type Conversation, type Member, type Role } from "@parley/client";
import { useChat, useConversation, useMembers, usePresence } from "@parley/react";
import { useState } from "react";
import { ForAdmins } from "../community/ForAdmins";
import { MuteDialog } from "../community/MuteDialog";
import { useMute } from "../community/MutesPanel";
import { useName } from "../conversations/names";
import { useMayI } from "../conversations/rights";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import { Panel } from "./Panel";

/** What lets somebody decide who comes in. */
const DOORS = ["invite", "edit_details", "review_join_requests"] as const;
const ROLES: readonly Role[] = ["member", "moderator", "admin", "owner"];

/** Who is in a conversation, what they are there, and who of them is there now; for its admins who wants to come in, too. */
export function MembersPanel({ conversation, onClose }: { conversation: string; onClose(): void }) {
  const mayI = useMayI();
  const words = useWords();
  const members = useMembers(conversation);
  const here = useConversation(conversation);
  return (
    <Panel title={words.members} className="community" onClose={onClose}>
      {here && here.type !== "direct" && !here.archived_at && DOORS.some((each) => mayI(here, each)) && <ForAdmins conversation={here} />}
      {!members && <p className="quiet empty">{words.loading}</p>}
      <ul className="hits" aria-label={words.members}>
        {members?.map((each) => (
          <li key={each.user_id}>
            <Person member={each} here={here} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Person({ member, here }: { member: Member; here: Conversation | undefined }) {
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const { user_id } = member;
  const name = useName(user_id);
  const presence = usePresence(user_id);
  const mute = useMute(user_id);
  const [muting, setMuting] = useState(false);
  const mine = user_id === chat.userId;
  return (
    <div className="person">
      <Avatar id={user_id} name={name} online={!!presence?.online} />
      <b dir="auto">{name}</b>
      <RoleOf member={member} name={name} here={here} />
      <span className="quiet hit-text">
        {mute
          ? mute.until
            ? words.mutedUntil(formats.moment(mute.until))
            : words.mutedAlways
          : presence?.online
            ? presence.status_text || words.online
            : presence?.last_active_at
              ? formats.brief(presence.last_active_at)
              : words.offline}
      </span>
      {!mine &&
        (mute ? (
          <IconButton icon="unmute" label={words.unmuteUser(name)} onClick={() => void chat.own.mutes.unmute(user_id).catch(chat.failed)} />
        ) : (
          <IconButton icon="mute" label={words.muteUser(name)} onClick={() => setMuting(true)} />
        ))}
      {muting && <MuteDialog user={user_id} name={name} onDone={() => setMuting(false)} />}
    </div>
  );
}

/** A member's role, to choose from for whoever may change it: nobody above themselves, and to none above their own. */
function RoleOf({ member, name, here }: { member: Member; name: string; here: Conversation | undefined }) {
  const mayI = useMayI();
  const words = useWords();
  const { api, chat, userId } = useSession();
  const changes = here && !here.archived_at && member.user_id !== userId && mayI(here, "change_roles") && reaches(here.role, member.role);
  if (!changes) return <span className="quiet">{words.roles[member.role]}</span>;
  const path = { conversation_id: here.id, user_id: member.user_id };
  const change = (role: Role) => void api.put("/v1/conversations/{conversation_id}/members/{user_id}/role", { path, body: { role } }).catch(chat.failed);
  return (
    <select aria-label={words.roleOf(name)} value={member.role} onChange={({ target }) => change(target.value as Role)}>
      {ROLES.filter((each) => reaches(here.role, each)).map((each) => (
        <option key={each} value={each}>
          {words.roles[each]}
        </option>
      ))}
    </select>
  );
}
