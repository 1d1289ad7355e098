import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import { Popover } from "./Popover";

type Item = (icon: IconName, label: string, act: () => void) => ReactNode;

/** A button that opens a menu of what can be done; whatever is chosen closes it. */
export function Menu({ label, children }: { label: string; children(item: Item): ReactNode }) {
  return (
    <Popover icon="more" label={label}>
      {(close) => (
        <div className="menu">
          {children((icon, name, act) => (
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                close();
                act();
              }}
            >
              <Icon name={icon} />
              {name}
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}
