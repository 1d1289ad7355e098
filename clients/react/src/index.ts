/** Parley for React: hooks on a `Chat`, and components that bring behaviour and roles but no looks. */
export { Composer, ConversationList, FollowButton, Thread, ThreadList, UploadField } from "./components.js";
export { ChatProvider, useBookmarks, useChat, useChatState, useCommands, useConversation, useConversations, useCustomEvents, useDecisions, useDraft, useDrafts, useEphemeralMessages, useInvites, useMembers, useMessages, useMessageStatus, useOwnRequests, usePresence, useReceipts, useRequestsTo, useScheduled, useThread, useThreads, useTyping, useUnread, useUnreadThreads, useUser, useUserGroups, useUserMutes } from "./hooks.js";
export { useUpload, type UploadState } from "./uploads.js";
export { useMediaUrl } from "./media.js";
export { useUploads, type ListedUpload } from "./upload_list.js";
