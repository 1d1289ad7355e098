/** Random numbers that are the same for the same seed (mulberry32). */
export function dice(seed: number) {
  const roll = (): number => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(roll() * most);
  return { below, one: <T>(all: readonly T[]): T | undefined => all[below(all.length)], chance: (part: number) => roll() < part };
}
