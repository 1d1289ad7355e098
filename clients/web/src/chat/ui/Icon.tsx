const PATHS = {
  archive: "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
  attach: "M21 11.5 12.5 20a5 5 0 0 1-7-7l9-9a3.4 3.4 0 0 1 4.8 4.8l-9 9a1.7 1.7 0 0 1-2.4-2.4L16 7",
  back: "M15 5l-7 7 7 7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  chat: "M21 12a8 8 0 0 1-11.6 7.1L4 20l1-5A8 8 0 1 1 21 12Z",
  check: "M5 13l4 4L19 7",
  checks: "M2 13l4 4L14 7M11 16l1 1L20 7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  close: "M6 6l12 12M18 6 6 18",
  contrast: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 3v18M12 7h5.5M12 12h9M12 17h5.5",
  copy: "M9 9h10v10H9zM5 15V5h10",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  forward: "M9 5l7 7-7 7",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  hide: "M4 4l16 16M9.5 5.4A9 9 0 0 1 21 12a13 13 0 0 1-2.5 3.4M6 7a13 13 0 0 0-3 5 9.5 9.5 0 0 0 13 5.5M10 10.5a2.5 2.5 0 0 0 3.5 3.5",
  label: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  mail: "M3.5 6h17v12h-17zM4 7l8 6.5L20 7",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  more: "M4.6 12a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M11.6 12a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0M18.6 12a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0",
  mute: "M5 9v6h4l5 4V5L9 9zM17 9l4 6M21 9l-4 6",
  pause: "M8 5v14M16 5v14",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5M17.5 14.5A6 6 0 0 1 21 20",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  place: "M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12ZM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  play: "M7 5l12 7-12 7z",
  plus: "M12 5v14M5 12h14",
  poll: "M5 20V10M12 20V4M19 20v-7",
  quote: "M10 7H5v6h4l-2 4M19 7h-5v6h4l-2 4",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  show: "M3 12a9.6 9.6 0 0 1 18 0 9.6 9.6 0 0 1-18 0ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  share: "M13 5l7 7-7 7M20 12H9a5 5 0 0 0-5 5v2",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5a4.5 4.5 0 0 0 7 0M9 10h.01M15 10h.01",
  stop: "M7 7h10v10H7z",
  thread: "M4 5h16v10H9l-5 4zM8 9h8M8 12h5",
  unmute: "M5 9v6h4l5 4V5L9 9zM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11",
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
