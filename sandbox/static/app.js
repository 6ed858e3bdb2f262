// The page: loads the world, follows what happens, and keeps the top bar.

import { get, post } from "./api.js";
import { Column } from "./column.js";
import { button, colourOf, el, initials, nowText } from "./format.js";

const columnsNode = document.querySelector("main.columns");
const peopleNode = document.querySelector("nav.people");
const offline = document.querySelector(".offline");
let columns = [];
let world = null;
let source = null;
let selected = null;
let skew = 0;

async function load() {
  const view = await get("/world");
  world = { ...view, chats: new Map(view.chats.map((chat) => [chat.id, chat])) };
  if (!view.people.some((person) => person.id === selected)) selected = view.people[0].id;
  columns = [];
  columns = view.people.map((person) => new Column(person, world, () => drawPeople()));
  columnsNode.replaceChildren(...columns.map((column) => column.node));
  setClock(view.clock);
  select(selected);
  for (const column of columns) column.bottom();
  follow(view.rev);
}

function follow(rev) {
  if (source) source.close();
  source = new EventSource(`/events?since=${rev}`);
  source.onopen = () => { offline.hidden = true; };
  source.onerror = () => { offline.hidden = false; };
  source.onmessage = (event) => happened(JSON.parse(event.data));
}

const HAPPENINGS = {
  message: ({ chat_id, message }) => {
    const chat = world.chats.get(chat_id);
    // A chat that is new to the page brought its messages along.
    if (chat.messages.some((known) => known.message_id === message.message_id)) return;
    chat.messages.push(message);
    for (const column of inside(chat)) column.received(message);
  },
  edited: ({ chat_id, message }) => {
    const chat = world.chats.get(chat_id);
    chat.messages = chat.messages.map((old) => (old.message_id === message.message_id ? message : old));
    for (const column of inside(chat)) column.edited(message);
  },
  deleted: ({ chat_id, message_id }) => {
    const chat = world.chats.get(chat_id);
    chat.messages = chat.messages.filter((message) => message.message_id !== message_id);
    for (const column of inside(chat)) column.deleted(chat_id, message_id);
  },
  typing: ({ chat_id }) => { for (const column of inside(world.chats.get(chat_id))) column.showTyping(chat_id); },
  keyboard: ({ chat_id, keyboard }) => {
    const chat = world.chats.get(chat_id);
    chat.keyboard = keyboard;
    for (const column of inside(chat)) column.refresh();
  },
  chat: ({ chat }) => {
    const moved = world.chats.get(chat.id);
    if (moved) delete chat.messages;
    world.chats.set(chat.id, moved ? Object.assign(moved, chat) : chat);
    for (const column of columns) followMove(column);
  },
  pinned: () => {},
  commands: refreshSoon,
  profile: refreshSoon,
  clock: ({ clock }) => setClock(clock),
  reset: () => load(),
};

function happened(entry) {
  const react = HAPPENINGS[entry.kind];
  if (!react) return;
  if (entry.chat_id !== undefined && entry.kind !== "chat" && !world.chats.has(entry.chat_id)) load();
  else react(entry);
}

// A bot that starts sets twenty lists of commands in a row: one look afterwards is enough.
let refreshing = null;
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(refreshCommands, 200);
}

async function refreshCommands() {
  const view = await get("/world");
  Object.assign(world.profile, view.profile);
  for (const chat of view.chats) {
    const known = world.chats.get(chat.id);
    if (known) known.commands = chat.commands;
  }
  for (const column of columns) {
    if (!column.chat.messages.length) column.open(column.active);
    else column.refresh();
  }
}

function followMove(column) {
  const supergroup = [...world.chats.values()].find((chat) => chat.migrated_from === column.active);
  if (supergroup && column.chat.type === "group") column.open(supergroup.id);
  else column.refresh();
}

function inside(chat) {
  return columns.filter((column) => chat.members.includes(column.person.id));
}

function drawPeople() {
  if (!columns.length) return;
  document.body.classList.toggle("begun", [...world.chats.values()].some((chat) => chat.messages.length));
  peopleNode.replaceChildren(...columns.map((column) => {
    const { person } = column;
    const unread = [...column.unread.values()].reduce((sum, count) => sum + count, 0);
    const avatar = el("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name));
    avatar.style.background = colourOf(person.id);
    const node = button(avatar, () => select(person.id), {
      "aria-current": person.id === selected ? "true" : null, "data-unread": unread || null, "data-person-tab": person.id,
      "aria-label": unread ? `${person.name}, ${unread} unread` : person.name,
    });
    node.append(el("span", {}, person.first_name));
    return node;
  }));
}

function select(id) {
  selected = id;
  for (const column of columns) column.node.classList.toggle("selected", column.person.id === id);
  for (const column of columns) column.seen();
  const chosen = columns.find((column) => column.person.id === id);
  if (chosen) chosen.settle();
  drawPeople();
}

function setClock(clock) {
  skew = new Date(clock.now).getTime() - Date.now();
  drawClock();
}

function drawClock() {
  const text = nowText(new Date(Date.now() + skew));
  document.querySelector(".now").textContent = `${text} Kyiv`;
  document.querySelector(".now-short").textContent = text.slice(-5);
}

function wireTopBar() {
  for (const step of document.querySelectorAll(".clock button")) {
    step.addEventListener("click", async () => {
      const { seconds, until } = step.dataset;
      step.disabled = true;
      try {
        setClock(await post("/clock", until ? { until_hour: Number(until) } : { seconds: Number(seconds) }));
      } finally {
        step.disabled = false;
      }
    });
  }
  const again = document.querySelector(".start-over");
  again.addEventListener("click", () => startOver(again));
  const toggle = document.querySelector(".tools-toggle");
  toggle.addEventListener("click", () => {
    const open = document.body.classList.toggle("tools-open");
    toggle.setAttribute("aria-expanded", String(open));
  });
}

// Asks once more on the button itself, so that one slip does not wipe an afternoon.
async function startOver(node) {
  if (!node.classList.contains("sure")) {
    node.classList.add("sure");
    node.textContent = "Wipe everything?";
    setTimeout(() => { node.classList.remove("sure"); node.textContent = "Start over"; }, 4000);
    return;
  }
  node.disabled = true;
  try {
    await post("/start-over");
  } finally {
    node.disabled = false;
    node.classList.remove("sure");
    node.textContent = "Start over";
  }
}

document.addEventListener("click", (event) => {
  for (const column of columns) {
    if (!column.composer.node.contains(event.target)) { column.composer.closeMenu(); column.composer.results.close(); }
    if (!column.more.contains(event.target)) column.more.open = false;
  }
});
document.addEventListener("visibilitychange", () => { for (const column of columns) column.seen(); });
setInterval(drawClock, 5000);
wireTopBar();
load();
