import { useTyping } from "@parley/react";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";

/** Who types. */
export function TypingLine({ conversation }: { conversation: string }) {
  const words = useWords();
  const { who } = useTyping(conversation);
  const first = useName(who[0]);
  return (
    <p className="typing" role="status">
      {who.length > 0 && (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {words.typing(who.length > 1 ? `${first} +${who.length - 1}` : first, who.length)}
        </>
      )}
    </p>
  );
}
