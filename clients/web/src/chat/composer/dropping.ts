import { useEffect, useRef, useState, type RefObject } from "react";

/** Files that are dropped on what the element stands in; whether some are held over it. */
export function useDroppedFiles(within: RefObject<HTMLElement | null>, onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const given = useRef(onFiles);
  given.current = onFiles;
  useEffect(() => {
    const place = within.current?.parentElement;
    if (!place) return;
    let depth = 0;
    const hasFiles = (event: DragEvent) => !!event.dataTransfer?.types.includes("Files");
    const enter = (event: DragEvent) => hasFiles(event) && setOver(++depth > 0);
    const leave = (event: DragEvent) => hasFiles(event) && setOver(--depth > 0);
    const allow = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      given.current([...(event.dataTransfer?.files ?? [])]);
    };
    const ending = new AbortController();
    const { signal } = ending;
    place.addEventListener("dragenter", enter, { signal });
    place.addEventListener("dragleave", leave, { signal });
    place.addEventListener("dragover", allow, { signal });
    place.addEventListener("drop", drop, { signal });
    return () => ending.abort();
  }, [within]);
  return over;
}
