/** An address of this page that leads to joining by an invite link, or to asking for a conversation. */
export function addressOf(way: "join" | "ask", value: string): string {
  return `${location.origin}/?${way}=${encodeURIComponent(value)}`;
}

/** What somebody was given to come in by: an address of this page, the token of a link, or the id of a conversation. */
export type Way = { token: string } | { conversation: string };

export function wayIn(text: string): Way | undefined {
  const said = text.trim();
  const query = URL.canParse(said) ? new URL(said).searchParams : new URLSearchParams();
  const token = query.get("join") ?? (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(said) ? said : undefined);
  if (token) return { token };
  const conversation = query.get("ask") ?? (/^[\w-]+$/.test(said) ? said : undefined);
  return conversation ? { conversation } : undefined;
}

/** The address by which this page was opened, where it leads somewhere. */
export function openedBy(): string | undefined {
  return wayIn(location.href) && location.href;
}
