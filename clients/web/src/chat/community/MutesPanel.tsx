import { holds, type UserMute } from "@parley/client";
import { useChat, useUserMutes } from "@parley/react";
import { useName } from "../conversations/names";
import { Panel } from "../panels/Panel";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import "./community.css";

/** The mute of a user that holds. */
export function useMute(userId: string): UserMute | undefined {
  return useUserMutes()?.find((each) => each.user_id === userId && holds(each));
}

/** Whom the user has muted. */
export function MutesPanel({ onClose }: { onClose(): void }) {
  const words = useWords();
  const mutes = useUserMutes()?.filter((each) => holds(each));
  return (
    <Panel title={words.mutedUsers} className="community" onClose={onClose}>
      {!mutes && <p className="quiet empty">{words.loading}</p>}
      {mutes?.length === 0 && <p className="quiet empty">{words.noMutes}</p>}
      <ul className="hits" aria-label={words.mutedUsers}>
        {mutes?.map((each) => (
          <Muted key={each.user_id} mute={each} />
        ))}
      </ul>
    </Panel>
  );
}

function Muted({ mute }: { mute: UserMute }) {
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const name = useName(mute.user_id);
  return (
    <li className="asks">
      <Avatar id={mute.user_id} name={name} />
      <b dir="auto">{name}</b>
      <span className="quiet">{mute.until ? words.mutedUntil(formats.moment(mute.until)) : words.mutedAlways}</span>
      <IconButton icon="unmute" label={words.unmuteUser(name)} onClick={() => void chat.own.mutes.unmute(mute.user_id).catch(chat.failed)} />
    </li>
  );
}
