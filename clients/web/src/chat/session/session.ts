import { Api, Chat, indexedDbStorage, MediaUrls, Uploads, type Event } from "@parley/client";
import { createContext, useContext, useEffect } from "react";
import { tokenOf, type DemoConfig } from "./demo";
import { ConversationTypes } from "./conversation_types";
import { Translating } from "./translating";

/** One user of the page: all that is shown of them comes from here. */
export interface Session {
  readonly userId: string;
  readonly tenant: string;
  readonly api: Api;
  readonly chat: Chat;
  readonly uploads: Uploads;
  readonly urls: MediaUrls;
  readonly types: ConversationTypes;
  readonly translating: Translating;
  /** The files of uploads that wait, by upload: while the page lives they need not be chosen again. */
  readonly files: Map<string, File>;
  /** Calls at each event; what it gives ends that. */
  listen(listener: (event: Event) => void): () => void;
  /** Calls at each failure that nothing else shows. */
  onFailure(listener: (failure: unknown) => void): () => void;
}

function listeners<T>() {
  const all = new Set<(value: T) => void>();
  const add = (listener: (value: T) => void) => {
    all.add(listener);
    return () => void all.delete(listener);
  };
  return { add, tell: (value: T) => all.forEach((each) => each(value)) };
}

export function openSession(config: DemoConfig, userId: string): Session {
  const events = listeners<Event>();
  const failures = listeners<unknown>();
  const api = new Api({ url: config.api, token: () => tokenOf(userId) });
  // A stack that is made anew has an address of its own: nothing of the earlier one is shown.
  const storage = indexedDbStorage(`${config.api} ${userId}`);
  const chat = new Chat(api, { socketsUrl: config.sockets, storage, userId, onEvent: events.tell, onError: failures.tell });
  chat.directory.know(config.users.map((each) => ({ ...each, avatar_url: null })));
  chat.start().catch(failures.tell);
  const urls = new MediaUrls(api);
  const types = new ConversationTypes(api, failures.tell);
  return { userId, tenant: config.tenant, api, chat, urls, types, translating: new Translating(), files: new Map(), uploads: new Uploads(api, storage), listen: events.add, onFailure: failures.add };
}

const Context = createContext<Session | undefined>(undefined);
export const SessionProvider = Context.Provider;

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("There is no SessionProvider above");
  return session;
}

/** Hears the session's events while it is shown. */
export function useEvents(listener: (event: Event) => void): void {
  const { listen } = useSession();
  useEffect(() => listen(listener), [listen, listener]);
}
