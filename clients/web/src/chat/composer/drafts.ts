/** Texts that are not sent yet: kept for each user and conversation, or thread, in this browser. */
const place = (userId: string, id: string) => `parley-draft/${userId}/${id}`;

export const readDraft = (userId: string, id: string): string => localStorage.getItem(place(userId, id)) ?? "";

export function keepDraft(userId: string, id: string, text: string): void {
  if (text) localStorage.setItem(place(userId, id), text);
  else localStorage.removeItem(place(userId, id));
}
