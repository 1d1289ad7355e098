// A document for React, before React looks for one. Requests and sockets stay Node's.
import { Window } from "happy-dom";

const window = new Window({ url: "http://localhost/" });
for (const name of ["window", "document", "navigator", "HTMLElement", "HTMLIFrameElement", "HTMLInputElement", "HTMLTextAreaElement", "Node"] as const)
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true, writable: true });
