// How the test's server is reached over real HTTP and real sockets. `in_page/wire.ts` is the same for a test that runs in a page.
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

export interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** `drop` ends the connection without an answer. */
export type Given = { status: number; headers: Record<string, string>; body: string } | "drop";

/** A socket, seen from its server. */
export interface Peer {
  readonly readyState: number;
  send(data: string): void;
  terminate(): void;
}

export interface Serving {
  answer(asked: Asked): Given | Promise<Given>;
  /** Whether a socket with this URL opens. */
  admits(url: string): boolean | Promise<boolean>;
  opened(peer: Peer): void;
  heard(peer: Peer, frame: string): void;
  closed(peer: Peer): void;
}

export interface Wire {
  port: number;
  close(): Promise<void>;
}

/** What a page of another origin may send and read. */
export interface CrossOrigin {
  requestHeaders: string;
  responseHeaders: string;
}

export async function openWire(serving: Serving, crossOrigin?: CrossOrigin): Promise<Wire> {
  const allowed: Record<string, string> = crossOrigin
    ? {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        "Access-Control-Allow-Headers": crossOrigin.requestHeaders,
        "Access-Control-Expose-Headers": crossOrigin.responseHeaders,
        // Chromium itself repeats what is lost on a connection that has served before: tests count what the client sends.
        Connection: "close",
      }
    : {};
  const sockets = new WebSocketServer({ noServer: true });
  const http = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = "", url = "" } = request;
      if (crossOrigin && method === "OPTIONS") return void response.writeHead(204, allowed).end();
      const given = await serving.answer({ method, url, headers: request.headers as Record<string, string>, bytes: Buffer.concat(chunks) });
      if (given === "drop") return void request.socket.destroy();
      response.writeHead(given.status, { ...allowed, ...given.headers }).end(given.body);
    })().catch(() => request.socket.destroy());
  });
  http.on("upgrade", (request, socket: Socket, head) => {
    socket.on("error", () => socket.destroy());
    const upgrade = () =>
      sockets.handleUpgrade(request, socket, head, (peer: WebSocket) => {
        serving.opened(peer);
        peer.on("close", () => serving.closed(peer));
        peer.on("message", (frame) => serving.heard(peer, String(frame)));
      });
    void Promise.resolve(serving.admits(request.url ?? "")).then(
      (admitted) => (admitted ? upgrade() : socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n")),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      for (const each of sockets.clients) each.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
