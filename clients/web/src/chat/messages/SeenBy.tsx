import { useChat } from "@parley/react";
import { useEffect, useSyncExternalStore } from "react";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { useFormats } from "../ui/times";

const SHOWN = 4;

/** Who has read as far as here. */
export function SeenBy({ users }: { users: readonly string[] }) {
  const words = useWords();
  const formats = useFormats();
  const { directory } = useChat();
  const people = useSyncExternalStore(directory.subscribe, directory.getSnapshot).users;
  useEffect(() => users.forEach((each) => void directory.wantUser(each)), [directory, users]);
  const names = users.map((each) => people[each]?.name ?? each);
  const label = words.seenBy(formats.list(names));
  return (
    <p className="seen" title={label}>
      <span className="hidden">{label}</span>
      {users.slice(0, SHOWN).map((each, index) => (
        <Avatar key={each} id={each} name={names[index] ?? each} size="small" />
      ))}
      {users.length > SHOWN && <span aria-hidden="true">+{users.length - SHOWN}</span>}
    </p>
  );
}
