import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useWords } from "../words/words.js";
import { Field } from "./field.js";
import { Problem } from "./problem.js";
import { useAct } from "./resource.js";

/** A modal dialog. Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const place = useRef<HTMLDialogElement>(null);
  const name = useId();
  useLayoutEffect(() => {
    const dialog = place.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const cancel = (event: { preventDefault(): void }) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={place} className="dialog" aria-labelledby={name} onCancel={cancel}>
      <h2 id={name}>{title}</h2>
      {children}
    </dialog>
  );
}

interface Confirmed {
  title: string;
  /** What the act does, in a sentence. */
  children: ReactNode;
  /** The button's word. */
  act: string;
  /** What has to be typed first, for what cannot be undone. */
  typed?: string;
  /** Whether it takes something away. */
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done, does it, and stays open with the refusal where it was refused. */
export function Confirm({ title, children, act, typed, danger = true, onConfirm, onClose }: Confirmed) {
  const words = useWords();
  const doing = useAct();
  const [written, setWritten] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await doing.run(onConfirm)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="stack">{children}</div>
        {typed !== undefined && <Field label={words.common.typeToConfirm(typed)} value={written} onChange={setWritten} code autoComplete="off" />}
        <Problem failure={doing.failure} />
        <div className="dialog-buttons">
          <button type="button" onClick={onClose}>
            {words.common.cancel}
          </button>
          <button type="submit" className={danger ? "danger" : "primary"} disabled={doing.busy || (typed !== undefined && written !== typed)}>
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
