import { useEffect, useId, useRef, type ReactNode } from "react";
import { useWords } from "../preferences";
import { IconButton } from "./IconButton";

/** What must be answered or closed first. The browser keeps focus within it and gives it back. */
export function Dialog({ title, className = "", onClose, children }: { title: string; className?: string; onClose(): void; children: ReactNode }) {
  const words = useWords();
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const { current } = box;
    if (current && !current.open) current.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      className={`dialog ${className}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <div className="dialog-box">
        <header>
          <h2 id={id} dir="auto">
            {title}
          </h2>
          <IconButton icon="close" label={words.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
