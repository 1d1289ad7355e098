import type { components } from "./generated/openapi.js";

export type Role = components["schemas"]["Member"]["role"];
/** The lowest role that may, or that nobody may. */
export type Least = Role | "nobody";

const LADDER: readonly Least[] = ["member", "moderator", "admin", "owner", "nobody"];
/** For each action, the lowest role that may take it in a group or channel. The server decides; a client offers by this. */
export const DEFAULT_PERMISSIONS = {
  post: "member",
  reply: "member",
  react: "member",
  vote: "member",
  upload: "member",
  see_members: "member",
  pin: "admin",
  delete_any: "moderator",
  see_edits: "moderator",
  close_polls: "admin",
  bypass_restrictions: "moderator",
  freeze: "moderator",
  slow_mode: "moderator",
  edit_details: "admin",
  truncate: "admin",
  invite: "admin",
  add_members: "admin",
  remove_members: "admin",
  review_join_requests: "admin",
  ban: "moderator",
  change_roles: "owner",
  archive: "owner",
} as const satisfies Record<string, Least>;
export type Permission = keyof typeof DEFAULT_PERMISSIONS;

/** Whether a role is at least as high as another. */
export function reaches(role: Role, least: Least): boolean {
  return LADDER.indexOf(role) >= LADDER.indexOf(least);
}

/** A type of conversations, as `GET /v1/conversation-types` has it. */
export type TypeOfConversation = components["schemas"]["DeclaredConversationType"];
interface Typed {
  type: "direct" | "group" | "channel";
  declared_type?: string | null;
}

/** Whether somebody of a role may do something in a conversation, by the tenant's `types` where they are known. Of two in a direct one either may pin. */
export function may(conversation: Typed, role: Role | undefined, permission: Permission, types: readonly TypeOfConversation[] = []): boolean {
  if (!role) return false;
  const said = types.find(({ name }) => name === (conversation.declared_type ?? conversation.type));
  const least: Least = conversation.type === "direct" && permission === "pin" ? "member" : DEFAULT_PERMISSIONS[permission];
  return reaches(role, said?.permissions[permission] ?? least);
}
