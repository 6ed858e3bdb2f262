// One message as a bubble, with what it carries and the buttons under it.

import { authorOf, button, colourOf, el, nameOf, sizeText, timeOf } from "./format.js";
import { icon } from "./icons.js";
import { deepLink, renderText, safeAddress } from "./text.js";

export function renderMessage(message, context) {
  const service = serviceText(message);
  if (service) return el("div", { class: "message service", "data-id": message.message_id }, el("span", {}, service));
  const author = authorOf(message);
  const own = author.id === context.person.id;
  const kind = author.is_bot ? "bot" : own ? "own" : "other";
  const bubble = el("div", { class: "bubble" }, ...parts(message, context, own));
  const keyboard = inlineKeyboard(message, context);
  const node = el("div", { class: `message ${kind}`, "data-id": message.message_id, tabindex: "-1" }, bubble, keyboard);
  if (message.photo) node.classList.add("with-photo");
  if (!message.text && !message.caption && message.photo) node.classList.add("only-photo");
  return node;
}

function serviceText(message) {
  const who = nameOf(authorOf(message));
  if (message.new_chat_members) return `${who} added ${message.new_chat_members.map(nameOf).join(", ")}`;
  if (message.left_chat_member) {
    return message.left_chat_member.id === message.from.id ? `${who} left` : `${who} removed ${nameOf(message.left_chat_member)}`;
  }
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "The group is a supergroup now";
  return "";
}

function parts(message, context, own) {
  const out = [];
  const via = message.via_bot ? el("span", { class: "via" }, `via @${message.via_bot.username}`) : null;
  if (via || (context.group && !own)) {
    const author = authorOf(message);
    const name = el("b", {}, nameOf(author));
    name.style.color = colourOf(author.id);
    out.push(el("div", { class: "author" }, name, via));
  }
  if (message.forward_origin) out.push(el("div", { class: "forwarded" }, `Forwarded from ${origin(message.forward_origin)}`));
  if (message.reply_to_message) out.push(quote(message.reply_to_message));
  out.push(...media(message));
  const words = message.text || message.caption;
  if (words) out.push(el("div", { class: "text" }, ...renderText(words, message.entities || message.caption_entities, context.actions)));
  out.push(footer(message, context, own));
  return out;
}

function origin({ sender_user: user, chat }) {
  return user ? nameOf(user) : chat.title;
}

function quote(replied) {
  const words = replied.text || replied.caption || "Attachment";
  return el("div", { class: "quote" }, el("b", {}, nameOf(authorOf(replied))), el("span", {}, words));
}

function footer(message, context, own) {
  const silent = message.via_bot || authorOf(message).is_bot;
  const edited = message.edit_date && !silent ? "edited " : "";
  const tools = [button("↪", () => context.actions.forward(message), { "aria-label": "Forward this message", class: "tool" })];
  if (own && message.text && !message.via_bot) tools.push(button("✎", () => context.actions.edit(message), { "aria-label": "Edit this message", class: "tool" }));
  if (context.group && !own) tools.push(button("↩", () => context.actions.reply(message), { "aria-label": "Reply to this message", class: "tool" }));
  return el("div", { class: "foot" }, ...tools, el("time", {}, edited + timeOf(message.date)));
}

function media(message) {
  if (message.photo) return [photo(message)];
  if (message.document) return [documentRow(message.document)];
  if (message.voice) return [el("div", { class: "voice" }, el("span", {}, icon("voice")), el("i", {}), `0:0${message.voice.duration}`)];
  if (message.sticker) return [el("div", { class: "sticker" }, message.sticker.emoji || "🙂")];
  if (message.location) return [el("div", { class: "place" }, icon("place"), `${message.location.latitude.toFixed(4)}, ${message.location.longitude.toFixed(4)}`)];
  if (message.contact) return [el("div", { class: "contact" }, el("b", {}, nameOf(message.contact)), message.contact.phone_number)];
  return [];
}

function photo(message) {
  const size = message.photo[message.photo.length - 1];
  const image = el("img", { src: `/files/${size.file_id}`, alt: message.caption || "Photo", width: size.width, height: size.height, loading: "lazy" });
  return el("a", { class: "photo", href: `/files/${size.file_id}`, target: "_blank", rel: "noopener" }, image);
}

function documentRow(file) {
  const ending = (file.file_name || "").split(".").pop().slice(0, 4).toUpperCase();
  return el("a", { class: "file", href: `/files/${file.file_id}`, download: file.file_name || "file" },
    el("span", { class: "ending", "aria-hidden": "true" }, ending),
    el("span", { class: "named" }, el("b", {}, file.file_name || "file"), sizeText(file.file_size)));
}

function inlineKeyboard(message, context) {
  const rows = message.reply_markup && message.reply_markup.inline_keyboard;
  if (!rows || !rows.length) return null;
  const lines = rows.map((row, y) => el("div", { class: "row" }, ...row.map((key, x) => inlineButton(message, key, y, x, context))));
  return el("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" }, ...lines);
}

function inlineButton(message, key, row, column, context) {
  const { actions } = context;
  const node = el("button", { type: "button", "data-row": row, "data-column": column }, el("span", { class: "label" }, key.text));
  if (key.url) {
    const payload = deepLink(key.url, actions.bot);
    node.classList.add("outward");
    node.addEventListener("click", () => {
      if (payload !== null) actions.start(payload);
      else if (safeAddress(key.url)) window.open(safeAddress(key.url), "_blank", "noopener");
    });
  } else if (key.copy_text) {
    node.addEventListener("click", () => actions.copy(key.copy_text.text));
  } else if (key.callback_data) {
    node.addEventListener("click", () => actions.press(message, row, column, node));
  } else if (key.switch_inline_query !== undefined) {
    node.classList.add("outward");
    node.addEventListener("click", () => actions.elsewhere(key.switch_inline_query));
  } else {
    node.addEventListener("click", () => actions.fill(`@${actions.bot} ${key.switch_inline_query_current_chat || ""}`));
  }
  return node;
}
