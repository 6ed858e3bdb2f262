// Inline mode: what the bot offers to somebody who types its name in any chat.

import { button, el } from "./format.js";

const PAUSE = 250;

export class InlineResults {
  constructor(actions, picked) {
    this.actions = actions;
    this.picked = picked;
    this.name = new RegExp(`^@${actions.bot}\\s(.*)$`, "is");
    this.asked = 0;
    this.list = el("div", { class: "list", role: "listbox", "aria-label": "What the bot offers" });
    this.node = el("div", { class: "popup results", hidden: true }, this.list);
  }

  get open() {
    return !this.node.hidden;
  }

  // One question for many letters: the bot is asked when the fingers rest.
  typed(text) {
    clearTimeout(this.timer);
    const found = this.name.exec(text);
    if (!found) this.close();
    else this.timer = setTimeout(() => this.ask(found[1].trim(), ""), PAUSE);
  }

  async ask(words, offset) {
    this.asked += 1;
    const mine = this.asked;
    const done = await this.actions.inline(words, offset);
    if (mine !== this.asked || !done || !done.result) return;
    if (!offset) this.list.replaceChildren();
    this.add(words, done.result);
    this.node.hidden = !this.list.childElementCount;
  }

  add(words, answer) {
    const more = this.list.querySelector(".more-results");
    if (more) more.remove();
    if (answer.button) {
      this.list.append(button(answer.button.text, () => { this.picked(); this.actions.start(answer.button.start_parameter); }, { class: "lead" }));
    }
    this.list.append(...answer.results.map((result) => this.result(answer.query_id, result)));
    if (answer.next_offset) {
      this.list.append(button("More results…", () => this.ask(words, answer.next_offset), { class: "more-results" }));
    }
  }

  result(query, result) {
    const about = [el("b", {}, result.title), result.description ? el("span", {}, result.description) : null];
    const node = el("button", { type: "button", role: "option", onclick: () => this.pick(query, result.id) });
    node.append(el("span", { class: "sign", "aria-hidden": "true" }, [...result.title][0]), el("span", { class: "about" }, ...about));
    return node;
  }

  async pick(query, result) {
    this.close();
    if (await this.actions.pick(query, result)) this.picked();
  }

  focus() {
    const first = this.list.querySelector("button");
    if (first) first.focus();
  }

  close() {
    this.asked += 1;
    this.node.hidden = true;
  }
}
