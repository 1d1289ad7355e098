/** Parley for React: hooks on a `Chat`, and components that bring behaviour and roles but no looks. */
export { Composer, ConversationList, Thread, UploadField } from "./components.js";
export { ChatProvider, useChat, useChatState, useConversations, useMessages, usePresence, useTyping, useUnread } from "./hooks.js";
export { useUpload, type UploadState } from "./uploads.js";
