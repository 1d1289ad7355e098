import type { components } from "@parley/client";

type Settings = components["schemas"]["TenantSettings"];
type Change = components["schemas"]["SettingsChange"];
/** What has a view of its own is not here. */
export type Name = Exclude<keyof Settings, "pre_send_url" | "pre_send_on_failure">;

/** How a setting is written: a number, one or a text that may be none, bytes, words with commas that may be none, yes or no, one of some. */
export type Kind = "number" | "numberOrNone" | "textOrNone" | "bytes" | "listOrNone" | "flag" | readonly string[];

const MESSAGES = {
  text_limit: "number",
  edit_window_seconds: "numberOrNone",
  messages_per_minute: "number",
  tenant_messages_per_minute: "number",
  searches_per_minute: "number",
  languages: "listOrNone",
  conversation_keys: "listOrNone",
  user_keys: "listOrNone",
  moderation_reasons: "listOrNone",
  hide_receipts: "flag",
  link_previews: "flag",
  teams: "flag",
  shared_by_users: "flag",
  delivery_receipts_members: "number",
  translation: ["off", "hook", "amazon"],
  translation_url: "textOrNone",
  translated_characters_per_day: "number",
  retention_days: "numberOrNone",
  direct_retention_days: "numberOrNone",
  group_retention_days: "numberOrNone",
  channel_retention_days: "numberOrNone",
} as const;
const FILES = {
  max_upload_bytes: "bytes",
  storage_bytes: "bytes",
  user_storage_bytes: "bytes",
  egress_bytes_per_day: "bytes",
  user_egress_bytes_per_day: "bytes",
  media_types: "listOrNone",
  unreadable_metadata: ["keep", "reject"],
  keep_metadata: "flag",
  attach_before_ready: "flag",
} as const;
const NOTIFICATIONS = { push_content: ["full", "sender", "none"] } as const;

export const GROUPS = { messages: MESSAGES, files: FILES, notifications: NOTIFICATIONS };

/** A setting that the contract has and this page has not does not compile. */
export const KINDS: Record<Name, Kind> = { ...MESSAGES, ...FILES, ...NOTIFICATIONS };

export type Form = Record<Name, string | boolean>;

export function formOf(settings: Settings): Form {
  const written = (Object.keys(KINDS) as Name[]).map((name) => [name, writtenOf(settings[name])] as const);
  return Object.fromEntries(written) as Form;
}

function writtenOf(value: Settings[Name]): string | boolean {
  if (typeof value === "boolean") return value;
  return Array.isArray(value) ? value.join(", ") : String(value ?? "");
}

/** What the form says otherwise than the settings do. */
export function changesOf(settings: Settings, form: Form): Change {
  const earlier = formOf(settings);
  const changed = (Object.keys(KINDS) as Name[]).filter((name) => form[name] !== earlier[name]);
  return Object.fromEntries(changed.map((name) => [name, read(KINDS[name], form[name])])) as Change;
}

/** What is no number is sent as it was written: Parley says what is wrong with it, beside the field. */
function read(kind: Kind, value: string | boolean): unknown {
  if (typeof value === "boolean" || typeof kind === "object") return value;
  const text = value.trim();
  if (kind === "listOrNone") return text ? text.split(/[\s,]+/).filter(Boolean) : null;
  if (kind === "textOrNone") return text || null;
  if (kind === "numberOrNone" && !text) return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}
