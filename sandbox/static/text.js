// Message text with its entities, as DOM nodes. Offsets are UTF-16 units, as JavaScript counts.

import { el } from "./format.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

export function renderText(text, entities, actions) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, sorted, actions);
}

function span(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = entities.slice(i + 1).filter((e) => e.offset >= entity.offset && e.offset + e.length <= end);
    nodes.push(wrap(entity, text.slice(entity.offset, end), span(text, entity.offset, end, inner, actions), actions));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, raw, children, actions) {
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, ...children);
  if (entity.type === "spoiler") return spoiler(children);
  if (entity.type === "bot_command") {
    return el("button", { type: "button", class: "linklike", onclick: () => actions.say(raw) }, raw);
  }
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url || raw, children, actions);
  if (entity.type === "email") return link(`mailto:${raw}`, children, actions);
  return el("span", { class: entity.type }, ...children);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show" }, ...children);
  const show = () => { node.classList.add("shown"); node.removeAttribute("aria-label"); };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") show(); });
  return node;
}

function link(url, children, actions) {
  const payload = deepLink(url, actions.bot);
  if (payload !== null) {
    return el("button", { type: "button", class: "linklike", onclick: () => actions.start(payload) }, ...children);
  }
  const address = safeAddress(url);
  if (!address) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function safeAddress(url) {
  const full = /^[a-z]+:/i.test(url) ? url : `https://${url}`;
  return /^(https?|mailto|tel|tg):/i.test(full) ? full : null;
}

// The payload of a link to the bot itself; null for every other address.
export function deepLink(url, bot) {
  const found = /^(?:https?:\/\/)?t\.me\/([A-Za-z0-9_]+)(?:\?start=([A-Za-z0-9_-]*))?$/i.exec(url);
  return found && found[1].toLowerCase() === bot.toLowerCase() ? found[2] || "" : null;
}
