import type { Member } from "@parley/client";
import { useMembers, usePresence } from "@parley/react";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";
import { useFormats } from "../ui/times";
import { Avatar } from "../ui/Avatar";
import { Panel } from "./Panel";

/** Who is in a conversation, and who of them is there. */
export function MembersPanel({ conversation, onClose }: { conversation: string; onClose(): void }) {
  const words = useWords();
  const members = useMembers(conversation);
  return (
    <Panel title={words.members} onClose={onClose}>
      {!members && <p className="quiet empty">{words.loading}</p>}
      <ul className="hits">
        {members?.map((each) => (
          <li key={each.user_id}>
            <Person member={each} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Person({ member }: { member: Member }) {
  const words = useWords();
  const formats = useFormats();
  const name = useName(member.user_id);
  const presence = usePresence(member.user_id);
  return (
    <div className="person">
      <Avatar id={member.user_id} name={name} online={!!presence?.online} />
      <b dir="auto">{name}</b>
      <span className="quiet">{words.roles[member.role]}</span>
      <span className="quiet hit-text">{presence?.online ? presence.status_text || words.online : presence?.last_active_at ? formats.brief(presence.last_active_at) : words.offline}</span>
    </div>
  );
}
