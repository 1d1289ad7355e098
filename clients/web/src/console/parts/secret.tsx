import { useState } from "react";
import { useWords } from "../words/words.js";
import { Dialog } from "./dialog.js";

/** A button that copies a text and says so. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button type="button" className="small" onClick={() => void copy()}>
      <span aria-live="polite">{copied ? words.common.copied : (label ?? words.common.copy)}</span>
    </button>
  );
}

/** A secret that Parley shows once: nobody can ask for it again. */
export function SecretShown({ title, secret, about, onClose }: { title: string; secret: string; about: string; onClose: () => void }) {
  const words = useWords();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{about}</p>
      <p className="warning">{words.common.shownOnce}</p>
      <pre className="secret" dir="ltr" tabIndex={0}>
        {secret}
      </pre>
      <div className="dialog-buttons">
        <Copy text={secret} />
        <button type="button" className="primary" onClick={onClose}>
          {words.common.kept}
        </button>
      </div>
    </Dialog>
  );
}
