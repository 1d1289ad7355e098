import { useId, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useWords } from "../words/words.js";
import { Field } from "./field.js";
import { Problem } from "./problem.js";
import { useAct } from "./resource.js";
import { violationOf } from "./violations.js";

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

interface Asked {
  title: string;
  /** The button's word. */
  act: string;
  /** Whether it takes something away. */
  danger?: boolean;
  /** Whether it cannot be done yet. */
  disabled?: boolean;
  /** The pointers whose fields say themselves what is wrong with them. */
  fields?: readonly string[];
  /** The fields; `wrong` is what a refusal says of one. */
  children: (wrong: (pointer: string) => string | undefined) => ReactNode;
  onAct: () => Promise<unknown>;
  onClose: () => void;
}

/** A form in a dialog: does what it asks for and closes, or stays open with the refusal. */
export function Ask({ title, act, danger = false, disabled = false, fields = [], children, onAct, onClose }: Asked) {
  const words = useWords();
  const doing = useAct();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await doing.run(onAct)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children((pointer) => violationOf(doing.failure, pointer))}
        <Problem failure={doing.failure} fields={fields} />
        <div className="dialog-buttons">
          <button type="button" onClick={onClose}>
            {words.common.cancel}
          </button>
          <button type="submit" className={danger ? "danger" : "primary"} disabled={doing.busy || disabled}>
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Confirmed extends Pick<Asked, "title" | "act" | "danger" | "onClose"> {
  /** What the act does, in a sentence. */
  children: ReactNode;
  /** What has to be typed first, for what cannot be undone. */
  typed?: string;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something is done. */
export function Confirm({ children, typed, danger = true, onConfirm, ...more }: Confirmed) {
  const words = useWords();
  const [written, setWritten] = useState("");
  return (
    <Ask {...more} danger={danger} disabled={typed !== undefined && written !== typed} onAct={onConfirm}>
      {() => (
        <>
          <div className="stack">{children}</div>
          {typed !== undefined && <Field label={words.common.typeToConfirm(typed)} value={written} onChange={setWritten} code autoComplete="off" />}
        </>
      )}
    </Ask>
  );
}
