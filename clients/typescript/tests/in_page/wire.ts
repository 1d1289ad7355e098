// A page cannot listen: the process that served it does, and asks the page what to answer.
import type { Peer, Serving, Wire } from "../wire.js";
import type { FromPage, ToPage } from "./frames.js";

class DistantPeer implements Peer {
  readyState = 1;

  constructor(
    private readonly id: number,
    private readonly tell: (said: FromPage) => void,
  ) {}

  send(data: string): void {
    this.tell({ is: "send", id: this.id, data });
  }

  terminate(): void {
    this.tell({ is: "terminate", id: this.id });
  }
}

export function openWire(serving: Serving): Promise<Wire> {
  const line = new WebSocket(`ws://${location.host}/wire`);
  const tell = (said: FromPage) => line.readyState === 1 && line.send(JSON.stringify(said));
  const peers = new Map<number, DistantPeer>();
  return new Promise((resolve, reject) => {
    line.onerror = () => reject(new Error("Nothing listens for this page"));
    line.onmessage = async ({ data }: MessageEvent<string>) => {
      const said = JSON.parse(data) as ToPage;
      if (said.is === "listening") resolve({ port: said.port, close: () => closed(line) });
      else if (said.is === "request") {
        const { method, url, headers } = said;
        const bytes = Uint8Array.from(atob(said.bytes), (each) => each.charCodeAt(0));
        tell({ is: "answer", id: said.id, given: await serving.answer({ method, url, headers, bytes }) });
      } else if (said.is === "upgrade") tell({ is: "admitted", id: said.id, so: await serving.admits(said.url) });
      else if (said.is === "opened") {
        const peer = new DistantPeer(said.id, tell);
        peers.set(said.id, peer);
        serving.opened(peer);
      } else {
        const peer = peers.get(said.id);
        if (!peer) return;
        if (said.is === "frame") return serving.heard(peer, said.data);
        peer.readyState = 3;
        peers.delete(said.id);
        serving.closed(peer);
      }
    };
  });
}

const closed = (line: WebSocket) =>
  new Promise<void>((resolve) => {
    line.onclose = () => resolve();
    line.close();
  });
