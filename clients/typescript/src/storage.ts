/** Where the outbox and the cache are kept. Values are plain data; React Native's AsyncStorage fits with JSON. */
export interface Storage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** The keys that begin so, in order. */
  keys(prefix: string): Promise<string[]>;
}

/** Keeps nothing beyond the process: for Node and tests. */
export function memoryStorage(): Storage {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => structuredClone(kept.get(key)),
    set: async (key, value) => void kept.set(key, structuredClone(value)),
    delete: async (key) => void kept.delete(key),
    keys: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}

/** Keeps in the browser's IndexedDB. Give each user a name of their own. */
export function indexedDbStorage(name: string): Storage {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () =>
    (opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`parley-${name}`, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("kept");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => {
        opened = undefined;
        reject(request.error);
      };
    }));
  const run = async <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await open()).transaction("kept", mode);
    return new Promise<T>((resolve, reject) => {
      const request = ask(transaction.objectStore("kept"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };
  return {
    get: (key) => run<unknown>("readonly", (store) => store.get(key)),
    set: async (key, value) => void (await run("readwrite", (store) => store.put(value, key))),
    delete: (key) => run("readwrite", (store) => store.delete(key)),
    keys: async (prefix) => (await run("readonly", (store) => store.getAllKeys(IDBKeyRange.bound(prefix, prefix + "\uffff")))) as string[],
  };
}
