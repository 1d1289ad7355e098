import type { ButtonHTMLAttributes } from "react";
import { Icon, type IconName } from "./Icon";

/** A button that is a drawing; `label` is its name. */
export function IconButton({ icon, label, mirrored = false, className = "", ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string; mirrored?: boolean }) {
  return (
    <button type="button" aria-label={label} title={label} className={`icon-button ${className}`} {...rest}>
      <Icon name={icon} mirrored={mirrored} />
    </button>
  );
}
