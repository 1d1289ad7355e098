// What a client writes against the functions of @hey-api/openapi-ts.
import { createClient } from "./sdk/client";
import { listMessages, sendMessage } from "./sdk/sdk.gen";

const client = createClient({ baseUrl: "https://api.example.com", auth: () => "a token" });

export async function hello(conversation: string): Promise<number[]> {
  const { data: sent } = await sendMessage({ client, body: { conversation_id: conversation, text: "Hello" } });
  const { data: page } = await listMessages({ client, path: { conversation_id: conversation }, query: { limit: 20 } });
  return sent === undefined || page === undefined ? [] : [sent.seq, ...page.data.map((message) => message.reply_count)];
}
