/** Parley for TypeScript. `Chat` is the whole; `Api`, `Events`, `Outbox` and `Uploads` are its parts, of use alone too. */
export { Api, type Answer, type ApiOptions, type Asked, type PathOf, type TokenSource } from "./api.js";
export { Chat, type ChatOptions } from "./chat.js";
export { ChatStore, echoesOf, type ChatState, type Conversation } from "./chat_state.js";
export { Directory, type Member, type People, type Person } from "./directory.js";
export { ParleyError, Refused, Unreachable, type Problem } from "./errors.js";
export { Events, type Action, type Connection, type Event, type EventsOptions, type SocketLike } from "./events.js";
export { MediaUrls, type Variant } from "./media_urls.js";
export { Outbox, type Draft, type OutboxTold, type Pending } from "./outbox.js";
export { indexedDbStorage, memoryStorage, type Storage } from "./storage.js";
export { Store } from "./store.js";
export type { Message, Timeline } from "./timelines.js";
export { Upload, UploadFailed, Uploads, type Started, type UploadOptions } from "./uploads.js";
export type { components, paths } from "./generated/openapi.js";
