import { useWords } from "../preferences";
import type { UserGroup } from "@parley/client";

interface Props {
  id: string;
  groups: readonly UserGroup[];
  /** Which of them Enter takes. */
  at: number;
  onChoose(group: UserGroup): void;
}

/** The groups whose handle may be meant, above the composer; the keys stay in its field. */
export function GroupOffer({ id, groups, at, onChoose }: Props) {
  const words = useWords();
  return (
    <ul id={id} className="offer" role="listbox" aria-label={words.userGroups}>
      {groups.map((group, place) => (
        <li
          key={group.id}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === at}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(group)}
        >
          <bdi dir="ltr" className="handle">
            @{group.handle}
          </bdi>
          <bdi className="quiet">{group.name}</bdi>
          <span className="quiet">{words.membersCount(group.member_count)}</span>
        </li>
      ))}
    </ul>
  );
}
