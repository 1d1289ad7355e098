import { useUserGroups } from "@parley/react";
import { memo, type ReactNode } from "react";
import { piecesOf } from "../composer/mentioning";

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,:;!?)\]}]/g;
const NONE: readonly string[] = [];
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f]*\s*){1,6}$/u;

/** A text with its lines, its links and the groups that it mentions, in its own direction; a few emoji alone are large. */
export const MessageText = memo(function MessageText({ text, groups = NONE }: { text: string; groups?: readonly string[] }) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(<Said key={`t${from}`} text={text.slice(from, found.index)} groups={groups} />);
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    from = found.index + found[0].length;
  }
  parts.push(<Said key={`t${from}`} text={text.slice(from)} groups={groups} />);
  return (
    <p className="text" dir="auto" data-large={ONLY_EMOJI.test(text) || undefined}>
      {parts}
    </p>
  );
});

function Said({ text, groups }: { text: string; groups: readonly string[] }) {
  return groups.length ? <Mentioning text={text} groups={groups} /> : text;
}

/** A text in which the handles of mentioned groups stand out. */
function Mentioning({ text, groups }: { text: string; groups: readonly string[] }) {
  const known = useUserGroups().filter(({ id }) => groups.includes(id));
  return piecesOf(text, known).map((piece, place) =>
    piece.group ? (
      <span key={place} className="mention" title={piece.group.name}>
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
}
