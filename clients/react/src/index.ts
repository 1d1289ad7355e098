/** Parley for React: hooks on a `Chat`, and components that bring behaviour and roles but no looks. */
export { Composer, ConversationList, Thread, UploadField } from "./components.js";
export { ChatProvider, useChat, useChatState, useConversations, useMembers, useMessages, usePresence, useReceipts, useTyping, useUnread, useUser } from "./hooks.js";
export { useUpload, type UploadState } from "./uploads.js";
export { useMediaUrl } from "./media.js";
export { useUploads, type ListedUpload } from "./upload_list.js";
