import { useId, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { IconButton } from "../ui/IconButton";

/** A text to be copied. */
export function CopyField({ label, hint, text }: { label: string; hint?: string; text: string }) {
  const words = useWords();
  const { chat } = useSession();
  const id = useId();
  const [copied, setCopied] = useState("");
  return (
    <div className="copy-field">
      <label className="field" htmlFor={id}>
        {label}
      </label>
      <span>
        <input id={id} readOnly dir="ltr" value={text} onFocus={({ target }) => target.select()} />
        <IconButton icon="copy" label={`${words.copyLink}: ${label}`} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text), chat.failed)} />
      </span>
      <p className="quiet" role="status">
        {copied === text ? words.copied : (hint ?? "")}
      </p>
    </div>
  );
}
