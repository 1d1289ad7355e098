// What a client writes against the functions of @hey-api/openapi-ts.
import { createClient } from "./sdk/client";
import { listMessages, sendMessage } from "./sdk/sdk.gen";

/** Send a message, and the texts of the newest page. */
export async function hello(address: string, token: string, conversation: string): Promise<string[]> {
  const client = createClient({ baseUrl: address, auth: () => token });
  const { data: sent } = await sendMessage({
    client,
    body: { conversation_id: conversation, text: "Hello from a generated client" },
  });
  const { data: page } = await listMessages({ client, path: { conversation_id: conversation }, query: { limit: 20 } });
  if (sent === undefined || page === undefined) {
    throw new Error("refused");
  }
  return [sent, ...page.data].map((message) => `${message.seq.toFixed(0)} ${message.text} ${message.created_at.slice(0, 4)}`);
}
