const PATHS = {
  attach: "M21 11.5 12.5 20a5 5 0 0 1-7-7l9-9a3.4 3.4 0 0 1 4.8 4.8l-9 9a1.7 1.7 0 0 1-2.4-2.4L16 7",
  back: "M15 5l-7 7 7 7",
  chat: "M21 12a8 8 0 0 1-11.6 7.1L4 20l1-5A8 8 0 1 1 21 12Z",
  check: "M5 13l4 4L19 7",
  close: "M6 6l12 12M18 6 6 18",
  contrast: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 3v18M12 7h5.5M12 12h9M12 17h5.5",
  copy: "M9 9h10v10H9zM5 15V5h10",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  forward: "M9 5l7 7-7 7",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  mute: "M5 9v6h4l5 4V5L9 9zM17 9l4 6M21 9l-4 6",
  pause: "M8 5v14M16 5v14",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5M17.5 14.5A6 6 0 0 1 21 20",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  play: "M7 5l12 7-12 7z",
  plus: "M12 5v14M5 12h14",
  quote: "M10 7H5v6h4l-2 4M19 7h-5v6h4l-2 4",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5a4.5 4.5 0 0 0 7 0M9 10h.01M15 10h.01",
  stop: "M7 7h10v10H7z",
  thread: "M4 5h16v10H9l-5 4zM8 9h8M8 12h5",
  unread: "M21 12a8 8 0 0 1-11.6 7.1L4 20l1-5a8 8 0 0 1 9-10.8M19 6h.01",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  warn: "M12 4 2.5 20h19zM12 10v4M12 17h.01",
} as const;
export type IconName = keyof typeof PATHS;

/** A drawing; what stands beside it, or the button's label, says what it means. */
export function Icon({ name, mirrored = false }: { name: IconName; mirrored?: boolean }) {
  return (
    <svg className={mirrored ? "icon mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
