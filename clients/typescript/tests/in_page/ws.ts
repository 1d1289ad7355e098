// The sockets of the page itself, by the name that tests know from Node.
const Own = globalThis.WebSocket;
export { Own as WebSocket };
