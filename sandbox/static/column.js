// One person: header, tabs of chats, messages, composer.

import { post } from "./api.js";
import { Composer } from "./composer.js";
import { authorOf, button, colourOf, dayOf, el, initials, topicOf } from "./format.js";
import { renderMessage } from "./message.js";

const TYPING_SECONDS = 5;

export class Column {
  constructor(person, world, changed) {
    this.person = person;
    this.world = world;
    this.changed = changed;
    this.active = person.id;
    this.unread = new Map();
    this.topic = 0;
    this.nodes = new Map();
    this.actions = this.makeActions();
    this.composer = new Composer(this.actions);
    this.build();
    this.open(this.active);
  }

  build() {
    const { person } = this;
    const avatar = el("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name));
    avatar.style.background = colourOf(person.id);
    const language = el("span", { class: "language", title: "Language of this person's Telegram" }, person.language_code.toUpperCase());
    this.more = el("details", { class: "more" }, el("summary", { "aria-label": `More for ${person.first_name}` }, "⋮"), el("div", { class: "popup" }));
    const header = el("header", {}, avatar,
      el("div", { class: "who" }, el("h2", {}, person.name, language), el("p", {}, person.caption)), this.more);
    this.tabs = el("div", { class: "chats", role: "tablist", "aria-label": `Chats of ${person.first_name}` });
    this.topics = el("div", { class: "chats topics", role: "group", "aria-label": "Topics of this group", hidden: true });
    this.list = el("div", { class: "messages", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": `Chat of ${person.first_name}` });
    this.list.addEventListener("scroll", () => this.scrolled());
    this.down = button("↓", () => this.bottom(), { class: "down", "aria-label": "To the newest message", hidden: true });
    this.typing = el("p", { class: "typing", role: "status", hidden: true }, `${this.world.bot.first_name} is typing`, el("i", {}), el("i", {}), el("i", {}));
    this.toast = el("div", { class: "toast", role: "status", hidden: true });
    this.alert = el("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": "Message of the bot", hidden: true });
    this.node = el("section", { class: "column", "data-person": person.id, "aria-label": person.name },
      header, this.tabs, this.topics, el("div", { class: "stage" }, this.list, this.down, this.toast), this.typing, this.composer.node, this.alert);
  }

  chats() {
    return [...this.world.chats.values()].filter((chat) => chat.members.includes(this.person.id) && !chat.migrated_to);
  }

  get chat() {
    return this.world.chats.get(this.active);
  }

  open(chatId, topic = 0) {
    this.active = chatId;
    this.topic = topic;
    this.unread.delete(this.here());
    this.node.dataset.chat = chatId;
    this.list.dataset.chat = chatId;
    this.nodes.clear();
    this.list.replaceChildren();
    this.last = null;
    const shown = this.chat.messages.filter((message) => topicOf(message) === topic);
    if (!shown.length) this.list.append(this.welcome());
    for (const message of shown) this.append(message);
    this.refresh();
    this.bottom();
  }

  here() {
    return `${this.active}/${this.topic}`;
  }

  waiting(chatId) {
    return [...this.unread].reduce((sum, [place, count]) => sum + (place.startsWith(`${chatId}/`) ? count : 0), 0);
  }

  refresh() {
    this.composer.show(this.chat, this.person);
    const chats = this.chats();
    this.tabs.hidden = chats.length < 2;
    this.tabs.replaceChildren(...chats.map((chat) => this.tab(chat)));
    const chosen = this.tabs.querySelector("[aria-selected=true]");
    if (chosen) this.tabs.scrollLeft = chosen.offsetLeft - this.tabs.offsetLeft - 40;
    this.topics.hidden = !this.chat.topics.length;
    this.topics.replaceChildren(...[{ id: 0, name: "General" }, ...this.chat.topics].map(({ id, name }) => button(`# ${name}`, () => this.open(this.active, id), {
      "aria-pressed": String(id === this.topic), "data-topic": id, "data-unread": this.unread.get(`${this.active}/${id}`) || null,
    })));
    this.more.lastChild.replaceChildren(...this.menuItems());
    this.changed();
  }

  tab(chat) {
    const count = this.waiting(chat.id);
    return button(this.titleOf(chat), () => this.open(chat.id), {
      role: "tab", "aria-selected": String(chat.id === this.active), "data-chat": chat.id, "data-unread": count || null,
    });
  }

  titleOf(chat) {
    return chat.type === "private" ? this.world.bot.first_name : chat.title;
  }

  menuItems() {
    const inside = ["member", "administrator"].includes(this.chat.bot_status);
    const item = (label, deed, body) => button(label, () => { this.more.open = false; this.actions.deed(deed, body); });
    if (this.chat.type === "private") return [inside ? item("Block the bot", "block") : item("Unblock the bot", "unblock")];
    if (this.chat.type === "channel") {
      if (!this.chat.admins.includes(this.person.id)) return [el("span", { class: "note" }, "You only read here.")];
      return [inside ? item("Remove the bot from the channel", "remove_bot") : item("Make the bot an administrator", "add_bot", { status: "administrator" })];
    }
    const items = [inside ? item("Remove the bot from the group", "remove_bot") : item("Add the bot to the group", "add_bot")];
    if (this.chat.type === "group") items.push(item("Make it a supergroup", "upgrade"));
    return items;
  }

  welcome() {
    const { person, world } = this;
    if (this.chat.type !== "private") return el("div", { class: "welcome" }, el("p", {}, "Nothing has been said here yet."));
    const about = world.profile[`description:${person.language_code}`] || world.profile["description:"];
    return el("div", { class: "welcome" },
      el("img", { src: "/static/icon.svg", alt: "", width: "56", height: "56" }),
      el("b", {}, world.bot.first_name),
      about ? el("p", { lang: person.language_code }, about) : null,
      el("p", { class: "you" }, `You are ${person.first_name}. Press START to talk to the bot.`));
  }

  context() {
    return { person: this.person, group: this.chat.type !== "private", actions: this.actions };
  }

  append(message) {
    const welcome = this.list.querySelector(".welcome");
    if (welcome) welcome.remove();
    if (!this.last || dayOf(this.last.date) !== dayOf(message.date)) {
      this.list.append(el("div", { class: "day" }, el("span", {}, dayOf(message.date))));
    }
    const node = renderMessage(message, this.context());
    this.place(message, node);
    this.nodes.set(message.message_id, node);
    this.last = message;
    for (const image of node.querySelectorAll("img")) image.addEventListener("load", () => this.settle());
  }

  place(message, node) {
    const album = message.media_group_id;
    const open = this.list.lastElementChild;
    if (album && open && open.dataset.album === album) open.append(node);
    else if (album) this.list.append(el("div", { class: `album ${node.classList[1]}`, "data-album": album }, node));
    else this.list.append(node);
  }

  received(message) {
    const author = authorOf(message);
    const place = `${message.chat.id}/${topicOf(message)}`;
    const visible = place === this.here();
    if (author.id !== this.person.id && (!visible || !this.onScreen())) {
      this.unread.set(place, (this.unread.get(place) || 0) + 1);
    }
    if (visible) {
      const stick = this.sticks() || author.id === this.person.id;
      if (author.is_bot) this.typing.hidden = true;
      this.append(message);
      this.nodes.get(message.message_id).classList.add("fresh");
      if (stick) this.bottom();
      else this.down.hidden = false;
    }
    this.refresh();
  }

  edited(message) {
    const old = this.nodes.get(message.message_id);
    if (message.chat.id !== this.active || !old) return;
    const stick = this.sticks();
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset : null;
    const node = renderMessage(message, this.context());
    old.replaceWith(node);
    this.nodes.set(message.message_id, node);
    if (focused) {
      const same = node.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`);
      (same || node.querySelector(".inline-keyboard button") || node).focus({ preventScroll: true });
    }
    if (stick) this.bottom();
  }

  deleted(chatId, messageId) {
    const node = this.nodes.get(messageId);
    if (chatId !== this.active || !node) return;
    node.remove();
    this.nodes.delete(messageId);
  }

  showTyping(chatId) {
    if (chatId !== this.active) return;
    this.typing.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typing.hidden = true; }, TYPING_SECONDS * 1000);
  }

  seen() {
    if (this.onScreen() && this.unread.delete(this.here())) this.refresh();
  }

  onScreen() {
    return this.node.offsetParent !== null && !document.hidden;
  }

  sticks() {
    return this.stuck !== false;
  }

  settle() {
    if (this.sticks()) this.bottom();
  }

  scrolled() {
    this.stuck = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    if (this.stuck) this.down.hidden = true;
  }

  bottom() {
    this.stuck = true;
    this.down.hidden = true;
    this.list.scrollTop = this.list.scrollHeight;
  }

  say(text, kind = "toast") {
    if (kind === "toast") {
      this.toast.textContent = text;
      this.toast.hidden = false;
      clearTimeout(this.toastTimer);
      this.toastTimer = setTimeout(() => { this.toast.hidden = true; }, 4000);
      return;
    }
    const back = document.activeElement;
    const ok = button("OK", () => { this.alert.hidden = true; if (back) back.focus(); });
    this.alert.replaceChildren(el("div", {}, el("p", {}, text), ok));
    this.alert.hidden = false;
    ok.focus();
  }

  async tell(path, body) {
    try {
      return await post(`/people/${this.person.id}/${path}`, body);
    } catch (refusal) {
      this.say(refusal.message);
      return null;
    }
  }

  makeActions() {
    const here = () => ({ chat_id: this.active, thread_id: this.topic || undefined });
    return {
      bot: this.world.bot.username,
      say: (text, replyTo) => this.tell("say", { ...here(), text, reply_to: replyTo }),
      deed: (deed, body) => this.tell(deed, { ...here(), ...body }),
      start: (payload) => { if (this.active !== this.person.id) this.open(this.person.id); return this.tell("start", { payload }); },
      press: (message, row, column, node) => this.press(message, row, column, node),
      edit: (message) => this.composer.take("edit", message),
      reply: (message) => this.composer.take("reply", message),
      fill: (text) => this.composer.fill(text),
      inline: (text, offset) => this.tell("inline", { ...here(), text, offset }),
      pick: (query, result) => this.tell("pick", { ...here(), query_id: query, result_id: result }),
      elsewhere: (words) => this.chooseChat((chat) => { this.open(chat.id); this.composer.fill(`@${this.world.bot.username} ${words}`); }),
      forward: (message) => this.chooseChat((chat) => { this.tell("forward", { chat_id: message.chat.id, message_id: message.message_id, to: chat.id }).then((done) => done && this.open(chat.id)); }),
      copy: (text) => navigator.clipboard.writeText(text).then(() => this.say("Copied")),
      files: (kind, files, caption) => this.upload(kind, files, caption),
    };
  }

  // After the click that asked for it: a click outside closes menus.
  chooseChat(act) {
    const items = this.chats().map((chat) => ({ label: this.titleOf(chat), hint: chat.type, act: () => act(chat) }));
    setTimeout(() => { this.composer.closeMenu(); this.composer.openMenu(items); });
  }

  async press(message, row, column, node) {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    const done = await this.tell("press", { chat_id: message.chat.id, message_id: message.message_id, row, column });
    node.removeAttribute("aria-busy");
    if (!done) return;
    const answer = done.result;
    if (!answer) this.say("The bot has not answered this press.");
    else if (answer.text) this.say(answer.text, answer.show_alert ? "alert" : "toast");
    else if (answer.url) this.say(`The bot would open ${answer.url}`);
  }

  upload(kind, files, caption) {
    const form = new FormData();
    form.append("kind", kind);
    form.append("caption", caption);
    form.append("chat_id", this.active);
    for (const file of files) form.append("files", file, file.name);
    return this.tell("files", form);
  }
}
