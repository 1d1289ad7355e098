import type { OfferedCommand } from "@parley/client";
import { useWords } from "../preferences";

interface Props {
  id: string;
  commands: readonly OfferedCommand[];
  /** Which of them Enter takes. */
  at: number;
  onChoose(command: OfferedCommand): void;
}

/** The commands whose name may be meant, above the composer; the keys stay in its field. */
export function CommandOffer({ id, commands, at, onChoose }: Props) {
  const words = useWords();
  return (
    <ul id={id} className="offer" role="listbox" aria-label={words.commands}>
      {commands.map((command, place) => (
        <li
          key={command.name}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === at}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(command)}
        >
          <bdi dir="ltr" className="handle">
            /{command.name}
          </bdi>
          <bdi className="quiet">{command.description}</bdi>
          {command.usage && <bdi className="quiet">{command.usage}</bdi>}
        </li>
      ))}
    </ul>
  );
}
