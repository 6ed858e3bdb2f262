// Where a person writes: text, files, commands, START, and words behind the bot's name.

import { button, el } from "./format.js";
import { icon } from "./icons.js";
import { InlineResults } from "./inline.js";

const LONGEST_LINES = 140;

export class Composer {
  constructor(actions) {
    this.actions = actions;
    this.mode = null;
    this.area = el("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.photos = el("input", { type: "file", class: "photos", accept: "image/png,image/jpeg", multiple: true, hidden: true, onchange: () => this.files("photo") });
    this.documents = el("input", { type: "file", class: "documents", multiple: true, hidden: true, onchange: () => this.files("document") });
    this.menu = el("div", { class: "popup", hidden: true });
    this.results = new InlineResults(actions, () => this.release());
    this.context = el("div", { class: "context", hidden: true });
    this.keyboard = el("div", { class: "reply-keyboard", hidden: true });
    this.clip = button(icon("clip"), () => this.attachMenu(), { class: "clip", "aria-label": "Attach", title: "Attach" });
    this.slash = button("/", () => this.commandMenu(), { class: "slash", "aria-label": "Commands", title: "Commands" });
    this.send = button(icon("send"), () => this.submit(), { class: "send", "aria-label": "Send", title: "Send" });
    this.line = el("div", { class: "line" }, this.clip, this.slash, this.area, this.send);
    this.big = el("button", { type: "button", class: "start" }, "START");
    this.node = el("div", { class: "composer" }, this.menu, this.results.node, this.context, this.line, this.keyboard, this.big, this.photos, this.documents);
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape") { this.closeMenu(); this.results.close(); } });
  }

  show(chat, person) {
    this.chat = chat;
    this.person = person;
    const closed = this.closedBy(chat);
    this.line.hidden = Boolean(closed);
    this.big.hidden = !closed;
    if (closed) {
      this.big.textContent = closed.label;
      this.big.onclick = closed.act;
      this.big.disabled = !closed.act;
    }
    this.slash.hidden = !this.commands().length;
    this.showKeyboard(chat.keyboard, Boolean(closed));
  }

  closedBy(chat) {
    if (chat.deactivated) return { label: "This account is deleted" };
    if (chat.type === "channel" && !chat.admins.includes(this.person.id)) return { label: "Only administrators post here" };
    if (chat.type !== "private") return chat.migrated_to ? { label: "Moved to the supergroup" } : null;
    if (!chat.started) return { label: "START", act: () => this.actions.start("") };
    if (chat.bot_status === "kicked") return { label: "UNBLOCK", act: () => this.actions.deed("unblock") };
    return null;
  }

  commands() {
    return (this.chat && this.chat.commands[this.person.id]) || [];
  }

  showKeyboard(markup, closed) {
    const rows = (markup && markup.keyboard) || [];
    this.keyboard.hidden = closed || !rows.length;
    this.keyboard.replaceChildren(...rows.map((row) => el("div", { class: "row" }, ...row.map((key) => this.replyButton(key)))));
  }

  replyButton(key) {
    const label = typeof key === "string" ? key : key.text;
    const act = key.request_contact ? () => this.actions.deed("contact") : () => this.actions.say(label);
    return button(label, act);
  }

  attachMenu() {
    this.openMenu([
      ["photo", "Photo", () => this.photos.click()],
      ["file", "File", () => this.documents.click()],
      ["contact", "My contact", () => this.actions.deed("contact")],
      ["place", "Location", () => this.actions.deed("location", { latitude: 48.0469, longitude: 30.8503 })],
      ["sticker", "Sticker", () => this.actions.deed("sticker")],
      ["voice", "Voice", () => this.actions.deed("voice")],
    ].map(([sign, label, act]) => ({ sign, label, act })));
  }

  commandMenu() {
    const suffix = this.chat.type === "private" ? "" : `@${this.actions.bot}`;
    this.openMenu(this.commands().map((command) => ({
      label: `/${command.command}`, hint: command.description, act: () => this.actions.say(`/${command.command}${suffix}`),
    })));
  }

  openMenu(items) {
    if (!this.menu.hidden) return this.closeMenu();
    this.menu.replaceChildren(...items.map(({ sign, label, hint, act }) => el("button", {
      type: "button", onclick: () => { this.closeMenu(); act(); },
    }, sign ? icon(sign) : null, el("b", {}, label), hint ? el("span", {}, hint) : null)));
    this.menu.hidden = false;
    this.menu.querySelector("button").focus();
    return undefined;
  }

  closeMenu() {
    this.menu.hidden = true;
  }

  take(mode, message) {
    this.mode = { mode, message };
    const words = message.text || message.caption || "Attachment";
    this.context.replaceChildren(
      el("span", {}, `${mode === "edit" ? "Editing" : "Reply to"}: ${words}`),
      button("✕", () => this.release(), { "aria-label": "Never mind" }),
    );
    this.context.hidden = false;
    if (mode === "edit") this.area.value = message.text;
    this.grow();
    this.area.focus();
  }

  release() {
    this.mode = null;
    this.context.hidden = true;
    this.area.value = "";
    this.typed();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (this.results.open) this.results.focus();
    else this.submit();
  }

  typed() {
    this.grow();
    this.results.typed(this.area.value);
  }

  async submit() {
    const text = this.area.value;
    if (!text.trim()) return;
    const mode = this.mode;
    this.release();
    const message = mode && mode.message;
    let sent;
    if (mode && mode.mode === "edit") sent = await this.actions.deed("edit", { message_id: message.message_id, text });
    else sent = await this.actions.say(text, message ? message.message_id : undefined);
    if (!sent) { this.area.value = text; this.grow(); }
  }

  async files(kind) {
    const input = kind === "photo" ? this.photos : this.documents;
    const files = [...input.files];
    const caption = this.area.value.trim();
    input.value = "";
    if (!files.length) return;
    this.release();
    await this.actions.files(kind, files, caption);
  }

  fill(text) {
    this.area.value = text;
    this.typed();
    this.area.focus();
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, LONGEST_LINES)}px`;
  }
}
