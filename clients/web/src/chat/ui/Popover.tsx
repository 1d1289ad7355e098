import { useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

const MARGIN = 8;

/** A button and what it opens above the page: the Escape key and a press elsewhere close it, and focus goes back. */
export function Popover({
  icon,
  label,
  className = "icon-button",
  onOpenChange,
  children,
}: {
  icon: IconName;
  label: string;
  className?: string;
  onOpenChange?(open: boolean): void;
  children(close: () => void): ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    if (!open || !button.current || !box.current) return;
    const at = button.current.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = box.current;
    const above = at.top - height - MARGIN;
    style.top = `${above > MARGIN ? above : Math.min(at.bottom + MARGIN, innerHeight - height - MARGIN)}px`;
    const start = getComputedStyle(button.current).direction === "rtl" ? at.left : at.right - width;
    style.left = `${Math.max(MARGIN, Math.min(start, innerWidth - width - MARGIN))}px`;
    box.current.querySelector<HTMLElement>("button, input, [tabindex='0']")?.focus();
  }, [open]);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        className={className}
        popoverTarget={id}
      >
        <Icon name={icon} />
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className="popover"
        onToggle={(event) => {
          const now = (event as unknown as { newState: string }).newState === "open";
          setOpen(now);
          onOpenChange?.(now);
        }}
      >
        {open &&
          children(() => {
            box.current?.hidePopover();
            button.current?.focus();
          })}
      </div>
    </>
  );
}
