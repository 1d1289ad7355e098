import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from "react";

const Context = createContext<(text: string) => void>(() => {});
const SHOWN_MILLISECONDS = 6000;

/** Says to everybody, screen readers too, that something was done. */
export function useNotice(): (text: string) => void {
  return useContext(Context);
}

export function Notices({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ text: string } | null>(null);
  const say = useCallback((text: string) => setShown({ text }), []);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(null), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <Context value={say}>
      {children}
      <div className="notices" role="status">
        {shown && <p className="notice">{shown.text}</p>}
      </div>
    </Context>
  );
}
