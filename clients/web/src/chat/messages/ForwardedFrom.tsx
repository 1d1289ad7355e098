import type { Message } from "@parley/client";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";

/** That a message is a copy, and of whose where that is told. */
export function ForwardedFrom({ from }: { from: NonNullable<Message["forwarded_from"]> }) {
  const words = useWords();
  const formats = useFormats();
  const author = useName(from.author_id ?? undefined);
  return (
    <p className="forwarded" title={formats.full(from.created_at)}>
      <Icon name="share" mirrored />
      {from.author_id ? words.forwardedFrom(author) : words.forwarded}
    </p>
  );
}
