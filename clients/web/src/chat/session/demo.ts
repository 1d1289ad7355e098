/** The demo's back end, which is what a customer's own would be: it says where Parley is and gives tokens. */
export interface DemoConfig {
  api: string;
  sockets: string;
  tenant: string;
  users: { id: string; name: string }[];
}

async function asked<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

export const readConfig = () => asked<DemoConfig>("/demo/config.json");

export async function tokenOf(userId: string): Promise<string> {
  const body = JSON.stringify({ user_id: userId });
  return (await asked<{ token: string }>("/demo/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body })).token;
}
