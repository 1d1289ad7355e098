// Shows the reference. Where the page is served by the local stack, requests go there, as the first of its demo users.
(async () => {
  const say = (text) => (document.getElementById("stack").textContent = text);
  const asked = async (path, options) => {
    const answer = await fetch(path, options);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const found = async () => {
    const { api, users } = await asked("/demo/config.json");
    const body = JSON.stringify({ user_id: users[0].id });
    const { token } = await asked("/demo/tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    return { api, token, user: users[0] };
  };
  const stack = await found().catch(() => undefined);
  say(stack ? `Requests go to the local stack, as ${stack.user.name}` : "No local stack here: name a server and a token to try requests");
  window.Scalar.createApiReference("#reference", {
    url: "openapi.json",
    ...(stack ? { servers: [{ url: stack.api, description: "The local stack" }] } : {}),
    authentication: { preferredSecurityScheme: "token", securitySchemes: { token: { token: stack?.token ?? "" } } },
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    persistAuth: false,
    telemetry: false,
    withDefaultFonts: false,
    defaultOpenAllTags: false,
    theme: "default",
  });
})();
