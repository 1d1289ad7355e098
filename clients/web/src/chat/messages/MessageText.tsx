import { memo } from "react";

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,:;!?)\]}]/g;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f]*\s*){1,6}$/u;

/** A text with its lines and links, in its own direction; a few emoji alone are large. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index));
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return (
    <p className="text" dir="auto" data-large={ONLY_EMOJI.test(text) || undefined}>
      {parts}
    </p>
  );
});
