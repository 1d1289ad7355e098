/** What is offered at once, and what the picker has. */
export const QUICK = ["👍", "❤️", "😂"] as const;

export const EMOJI = [
  "👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "🔥",
  "👏", "😀", "😅", "😉", "😍", "🤔", "🙄", "😴",
  "😎", "🤝", "💪", "👀", "✅", "❌", "💡", "⏰",
  "☕", "🍕", "🚀", "🌍", "🎂", "💯", "👋", "🥳",
] as const;
export const COLUMNS = 8;
