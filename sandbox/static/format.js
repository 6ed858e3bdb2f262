// Small helpers: elements, times, names.

const ZONE = "Europe/Kyiv";
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });
const NOW = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: ZONE,
});
const COLOURS = ["#b4472f", "#25798c", "#7a4fb0", "#2f7d46", "#a05a12", "#b03570"];

export const timeOf = (seconds) => TIME.format(new Date(seconds * 1000));
export const dayOf = (seconds) => DAY.format(new Date(seconds * 1000));
export const nowText = (date) => NOW.format(date);
export const colourOf = (id) => COLOURS[Math.abs(id) % COLOURS.length];
export const initials = (name) => name.split(" ").map((part) => part[0]).slice(0, 2).join("");
// Who a message is from: a channel speaks with its own name.
export const authorOf = (message) => message.from || { id: message.chat.id, first_name: message.chat.title };
export const topicOf = (message) => message.message_thread_id || 0;
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

// Text only ever goes in as text: there is no innerHTML on this page.
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function button(label, onclick, properties = {}) {
  return el("button", { type: "button", onclick, ...properties }, label);
}

export function sizeText(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
