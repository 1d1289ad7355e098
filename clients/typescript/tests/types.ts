// What the contract does not have does not compile: the compiler refuses an expectation that is not met.
import { Api } from "@parley/client";

export async function wrong(api: Api): Promise<void> {
  // @ts-expect-error - there is no such path
  await api.get("/v1/nowhere");
  // @ts-expect-error - there is no such method
  await api.delete("/v1/unread");
  // @ts-expect-error - a message goes to a conversation
  await api.post("/v1/messages", { body: { text: "to nobody" } });
  // @ts-expect-error - a path has its names
  await api.get("/v1/users/{user_id}");
  // @ts-expect-error - there is no such parameter
  await api.get("/v1/users", { query: { sort: "name" } });
  const unread = await api.get("/v1/unread");
  // @ts-expect-error - there is no such member
  void unread.sum;
}

export async function right(api: Api): Promise<string> {
  const { data } = await api.get("/v1/users", { query: { q: "ada", limit: 5 } });
  await api.put("/v1/messages/{message_id}/pin", { path: { message_id: "m" } });
  const gone: undefined = await api.delete("/v1/media/{media_id}", { path: { media_id: "m" } });
  const { total } = await api.get("/v1/unread");
  return `${data[0]?.name} ${total.toFixed()} ${String(gone)}`;
}
