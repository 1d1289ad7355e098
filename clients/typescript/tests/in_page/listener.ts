// Serves the tests' pages, and listens for each test with real HTTP and sockets; what to answer the page says.
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { WebSocketServer, type WebSocket } from "ws";
import { openWire, type CrossOrigin, type Given, type Peer } from "../wire.js";
import type { FromPage, ToPage } from "./frames.js";

/** The address of a folder of scripts, each in a page by its name. */
export async function serve(folder: string, crossOrigin: CrossOrigin): Promise<string> {
  const http = createServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    if (readdirSync(folder).includes(name)) return void response.writeHead(200, { "Content-Type": "text/javascript" }).end(readFileSync(join(folder, name)));
    response.writeHead(200, { "Content-Type": "text/html" }).end(`<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/${name}.js"></script>`);
  });
  const lines = new WebSocketServer({ server: http, path: "/wire" });
  lines.on("connection", (line) => void listenFor(line, crossOrigin));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

/** One test's server; it ends with its line. */
async function listenFor(line: WebSocket, crossOrigin: CrossOrigin): Promise<void> {
  const tell = (said: ToPage) => line.send(JSON.stringify(said));
  const answers = new Map<number, (given: Given) => void>();
  const admissions = new Map<number, (so: boolean) => void>();
  const peers = new Map<number, Peer>();
  const ids = new Map<Peer, number>();
  let last = 0;
  line.on("message", (data) => {
    const said = JSON.parse(String(data)) as FromPage;
    if (said.is === "answer") answers.get(said.id)?.(said.given);
    else if (said.is === "admitted") admissions.get(said.id)?.(said.so);
    else if (said.is === "send") peers.get(said.id)?.send(said.data);
    else peers.get(said.id)?.terminate();
  });
  const wire = await openWire(
    {
      answer: ({ method, url, headers, bytes }) =>
        new Promise((resolve) => {
          answers.set(++last, resolve);
          tell({ is: "request", id: last, method, url, headers, bytes: Buffer.from(bytes).toString("base64") });
        }),
      admits: (url) =>
        new Promise((resolve) => {
          admissions.set(++last, resolve);
          tell({ is: "upgrade", id: last, url });
        }),
      opened(peer) {
        peers.set(++last, peer);
        ids.set(peer, last);
        tell({ is: "opened", id: last });
      },
      heard: (peer, data) => tell({ is: "frame", id: ids.get(peer) ?? 0, data }),
      closed: (peer) => tell({ is: "closed", id: ids.get(peer) ?? 0 }),
    },
    crossOrigin,
  );
  line.on("close", () => void wire.close());
  tell({ is: "listening", port: wire.port });
}
