/** Keys of conversations' custom data that a tenant has declared, as `priority:number`: how they are written in a form, and asked for. */

export interface DeclaredKey {
  name: string;
  kind: string;
}

export function declaredKeys(setting: readonly string[] | null): DeclaredKey[] {
  return (setting ?? []).map((each) => {
    const [name = "", kind = "text"] = each.split(":");
    return { name, kind };
  });
}

/** How the form's address calls the value of a key. */
export const fieldOf = (name: string) => `key.${name}`;

const NUMBER = /^-?\d+(\.\d+)?$/;

/** What the list is asked for: a number or, as `2..5`, `2..` and `..5`, a range of numbers; `true` or `false`; a text. Null where nothing is. */
export function customOf(keys: readonly DeclaredKey[], said: (field: string) => string | null): string | null {
  const wanted: Record<string, unknown> = {};
  for (const { name, kind } of keys) {
    const text = said(fieldOf(name))?.trim();
    if (text) wanted[name] = kind === "number" ? numbers(text) : kind === "boolean" && /^(true|false)$/.test(text) ? text === "true" : text;
  }
  return Object.keys(wanted).length > 0 ? JSON.stringify(wanted) : null;
}

/** What is neither goes as it was written: Parley says what is wrong with it. */
function numbers(text: string): unknown {
  const [from = "", to, more] = text.split("..");
  if (to === undefined) return NUMBER.test(text) ? Number(text) : text;
  const ends = [from, to].every((each) => !each || NUMBER.test(each)) && (from || to) && more === undefined;
  return ends ? { ...(from ? { gte: Number(from) } : {}), ...(to ? { lte: Number(to) } : {}) } : text;
}
