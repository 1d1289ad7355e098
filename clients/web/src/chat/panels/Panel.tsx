import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { useWords } from "../preferences";
import { IconButton } from "../ui/IconButton";
import "./panels.css";

/** What stands beside the conversation, or on it where there is no room. Escape closes it. */
export function Panel({ title, className = "", focused = true, tools, onClose, children }: { title: string; className?: string; focused?: boolean; tools?: ReactNode; onClose(): void; children: ReactNode }) {
  const words = useWords();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focused) head.current?.focus();
  }, [focused]);
  return (
    <section
      className={`panel ${className}`}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || (event.target as HTMLElement).closest("[popover], dialog, .edit")) return;
        onClose();
      }}
    >
      <header className="panel-bar">
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        {tools}
        <IconButton icon="close" label={`${words.close}: ${title}`} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
