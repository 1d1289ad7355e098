const HUES = 8;

function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % HUES;
}

/** The beginnings of a name on a colour of its own; `online` adds a dot. */
export function Avatar({ id, name, online, size = "medium" }: { id: string; name: string; online?: boolean | undefined; size?: "small" | "medium" | "large" }) {
  const words = name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
  return (
    <span className={`avatar ${size}`} data-hue={hueOf(id)} aria-hidden="true">
      {initials.toLocaleUpperCase()}
      {online !== undefined && <span className="presence" data-online={online} />}
    </span>
  );
}
