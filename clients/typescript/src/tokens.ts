/** Whose token it is; it is not verified, only shown. */
export function subject(token: string): string | undefined {
  try {
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: string };
    return claims.sub;
  } catch {
    return undefined;
  }
}
