// A conversation that is alive: what others write comes by itself, what one writes stands there at once, and only a part of a long
// conversation is on the page. The server's own pieces are the source of every message; a plain new one is made from the same piece,
// in a <template>. Words are only ever set as text. The socket and the outbox are messages-line.js: see the events there.

const root = document.querySelector("[data-conversation]");
const { conversation, account, zone, part: partAddress } = root.dataset;
const box = root.querySelector(".nw-conv__b");
const talk = root.querySelector(".nw-talk");
const form = root.querySelector(".nw-write");
const field = form?.elements.body;
const spoken = root.querySelector("[data-spoken]");
const jump = root.querySelector(".nw-jump");
const typingLine = root.querySelector(".nw-typing");
const stateLine = root.querySelector("[data-state]");
const words = root.dataset;

const MOST_SHOWN = 300;
const NEAR = 80;
const KEPT = `outbox:${account}:`;
const DRAFT = `draft:${account}:${conversation}`;

let last = Number(root.dataset.last);
let change = Number(root.dataset.change);
let seen = Number(root.dataset.read);
// Where the unread begin, when that stands before what is on the page: nothing here is read then.
let leftOut = Number(root.dataset.leftOut);
let isAtEnd = root.dataset.newer !== "true";
let isOpen = false;

const rows = () => [...talk.querySelectorAll("li[data-seq]")];
const first = () => Number(rows()[0]?.dataset.seq ?? last + 1);
const ask = (type, more = {}) => document.dispatchEvent(new CustomEvent(`line:${type}`, { detail: { conversation, ...more } }));

// --- where one is ---------------------------------------------------------------------------------------------------

const scroller = () => (getComputedStyle(box).overflowY === "auto" ? box : document.scrollingElement);

function isNearEnd() {
  const end = (form ?? box).getBoundingClientRect().top;
  const lowest = talk.lastElementChild?.getBoundingClientRect().bottom ?? 0;
  return isAtEnd && lowest - end < NEAR;
}

function toEnd() {
  talk.lastElementChild?.scrollIntoView({ block: "end" });
  if (scroller() !== box) scrollTo(0, document.scrollingElement.scrollHeight);
  else box.scrollTop = box.scrollHeight;
}

// What one reads stays where it is while something comes or goes above or below it.
function keepPlace(act) {
  const stays = isNearEnd();
  const top = box.getBoundingClientRect().top;
  const anchor = [...talk.children].find((row) => row.getBoundingClientRect().bottom > top);
  const before = anchor?.getBoundingClientRect().top;
  act();
  if (stays) toEnd();
  else if (anchor?.isConnected) scroller().scrollTop += anchor.getBoundingClientRect().top - before;
}

// --- pieces of the conversation -------------------------------------------------------------------------------------

function waiting() {
  return talk.querySelector("li[data-waiting]");
}

function add(row, before = waiting()) {
  root.querySelector("[data-none]")?.remove();
  talk.insertBefore(row, before);
}

// One line for each day, above its first message; the words "today" come from the server.
function tidyDays() {
  const days = new Set();
  for (const line of talk.querySelectorAll("li[data-day]")) {
    if (days.has(line.dataset.day)) line.remove();
    else days.add(line.dataset.day);
  }
}

function takeAway(id) {
  keepPlace(() => document.getElementById(`m-${id}`)?.remove());
  tidySpoken();
}

function known(row) {
  return document.getElementById(row.id);
}

// The same message sent by this browser stands there already, as what is being sent.
function place(row, before) {
  const old = known(row);
  if (old && row.dataset.seq) {
    if (Number(row.dataset.change) >= Number(old.dataset.change)) old.replaceWith(row);
    return false;
  }
  const mine = row.dataset.client && talk.querySelector(`li[data-waiting="${CSS.escape(row.dataset.client)}"]`);
  if (mine) {
    mine.remove();
    drop(row.dataset.client);
  }
  add(row, before);
  return Boolean(row.dataset.seq);
}

function trim(isFromTop) {
  const all = rows();
  const over = all.length - MOST_SHOWN;
  if (over <= 0) return;
  const gone = isFromTop ? all.slice(0, over) : all.slice(-over);
  if (!isFromTop) {
    last = Number(all[all.length - over - 1].dataset.seq);
    isAtEnd = false;
  }
  for (const row of gone) row.remove();
  for (const day of talk.querySelectorAll("li[data-day]")) {
    if (!day.nextElementSibling || day.nextElementSibling.dataset.day) day.remove();
  }
  more("older", isFromTop || undefined);
  more("newer", !isFromTop || undefined);
}

function more(which, isThere) {
  const line = root.querySelector(`[data-more="${which}"]`);
  if (line && isThere !== undefined) line.hidden = !isThere;
}

async function fetchPart(query) {
  const answer = await fetch(`${partAddress}?${new URLSearchParams(query)}`, { headers: { Accept: "text/html" } });
  if (answer.status === 404 || answer.redirected) loadAnew();
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-piece]");
}

let older = null;

async function loadOlder() {
  if (older) return;
  const before = first();
  older = fetchPart({ before });
  try {
    const piece = await older;
    // The beginning has moved meanwhile: what came does not fit on to it, and is asked for again.
    if (first() !== before) return;
    keepPlace(() => {
      const top = talk.firstElementChild;
      for (const row of [...piece.querySelectorAll("ul:not([data-changed]) > li")]) place(row, top);
      tidyDays();
      trim(false);
      more("older", piece.dataset.older === "true");
    });
  } catch {
    // The line is down: the link is there to press.
  } finally {
    older = null;
    watchEnds();
  }
}

let catching = null;
let isBehind = false;

// Everything after the last number that is here, in order, and what has changed. Asked again while there is more.
function catchUp() {
  isBehind = true;
  catching ??= (async () => {
    let isMore = true;
    while (isBehind || isMore) {
      isBehind = false;
      isMore = await takeNewer(isAtEnd);
    }
  })()
    .catch(() => {})
    .finally(() => {
      catching = null;
      watchEnds();
    });
  return catching;
}

async function takeNewer(isToEnd) {
  const after = last;
  const piece = await fetchPart({ after, changes: change });
  const fresh = [];
  // Likewise for the end.
  if (last !== after) {
    isBehind = true;
    return false;
  }
  keepPlace(() => {
    for (const row of [...piece.querySelectorAll("ul:not([data-changed]) > li")]) if (place(row)) fresh.push(row);
    const changed = [...piece.querySelectorAll("ul[data-changed] > li")];
    for (const row of changed) known(row)?.replaceWith(row);
    for (const quote of piece.querySelectorAll("[data-quotes] > p")) requote(quote.dataset.of, quote.textContent);
    if (changed.length) tidySpoken();
    last = Math.max(last, Number(piece.dataset.last));
    change = Math.max(change, Number(piece.dataset.change));
    isAtEnd = piece.dataset.newer !== "true";
    tidyDays();
    more("newer", !isAtEnd);
    trim(true);
  });
  markRead(Number(piece.dataset.readBy));
  rename(piece.dataset.title);
  for (const row of fresh) if (isToEnd) heard(row);
  look();
  return isToEnd && !isAtEnd;
}

// A message that has changed also stands above the answers to it.
function requote(id, text) {
  for (const quote of talk.querySelectorAll(`a.nw-quote[href$="#m-${id}"] > span`)) quote.textContent = text;
  if (form?.elements.reply_to.value === id) over.querySelector("[data-over-text]").textContent = text;
}

function spokenOf(row) {
  return row.querySelector(".nw-bubble, [data-event]")?.textContent.trim() ?? "";
}

// What has been said aloud goes when it is no longer what was written.
function tidySpoken() {
  for (const line of [...spoken.children]) {
    const row = document.getElementById(line.dataset.of);
    if (!row || spokenOf(row) !== line.textContent) line.remove();
  }
}

// Only what others write is said aloud.
function heard(row) {
  if (row.classList.contains("me")) return;
  const line = document.createElement("p");
  line.dataset.of = row.id;
  line.textContent = spokenOf(row);
  spoken.append(line);
  while (spoken.childElementCount > 5) spoken.firstElementChild.remove();
  if (!isNearEnd()) jump.hidden = false;
}

// --- one message, made here -----------------------------------------------------------------------------------------

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"']+/giu;
const TRAILING = /[.,:;!?)\]}»”’]+$/u;

// Text, with addresses as links: the same rule as the server's.
function write(target, text) {
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(TRAILING, "");
    const link = document.createElement("a");
    link.href = address.toLowerCase().startsWith("www.") ? `https://${address}` : address;
    link.rel = "noopener noreferrer nofollow ugc";
    link.dir = "ltr";
    link.textContent = address;
    target.append(text.slice(from, found.index), link);
    from = found.index + address.length;
  }
  target.append(text.slice(from));
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const calendar = new Intl.DateTimeFormat("sv-SE", { timeZone: zone });

function make({ isMine, id, seq, client, body, at, name, sender }) {
  const row = root.querySelector(`template[data-${isMine ? "mine" : "theirs"}]`).content.firstElementChild.cloneNode(true);
  const blank = row.dataset.id;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of [...element.attributes]) {
      if (id && attribute.value.includes(blank)) attribute.value = attribute.value.replaceAll(blank, id);
    }
  }
  if (seq) row.dataset.seq = seq;
  row.dataset.client = client;
  row.dataset.sender = sender ?? "";
  write(row.querySelector("[data-body]"), body);
  const time = row.querySelector("time");
  time.dateTime = at.toISOString();
  time.textContent = clock.format(at);
  for (const place of row.querySelectorAll("[data-name]")) place.textContent = name;
  return row;
}

// As in messaging/views/showing.py: what one person writes in one breath stands close together.
function follows(row, previous) {
  const at = (one) => new Date(one.querySelector("time").dateTime);
  const isSame = previous?.dataset.sender && previous.dataset.sender === row.dataset.sender;
  row.classList.toggle("is-next", Boolean(isSame) && at(row) - at(previous) < 600_000);
}

function fromFrame(frame) {
  const isMine = frame.sender?.id === account;
  return make({
    isMine,
    id: frame.id,
    seq: frame.seq,
    client: frame.client_id,
    body: frame.body,
    at: new Date(frame.sent_at),
    name: frame.sender?.name ?? "",
    sender: frame.sender?.id,
  });
}

function isPlain(frame) {
  const isToday = talk.querySelector(`li[data-day="${calendar.format(new Date(frame.sent_at))}"]`);
  return isToday && frame.body && !frame.event && !frame.reply && !frame.attachments.length && !frame.change;
}

function take(frame) {
  if (frame.seq <= last) return;
  if (!isAtEnd) {
    jump.hidden = false;
    return;
  }
  if (catching || frame.seq !== last + 1 || !isPlain(frame)) {
    catchUp();
    return;
  }
  const row = fromFrame(frame);
  keepPlace(() => {
    const rest = rows();
    follows(row, rest[rest.length - 1]);
    if (place(row)) last = frame.seq;
    trim(true);
  });
  typing(frame.sender?.id, false);
  heard(row);
  look();
}

// --- what this browser sends ----------------------------------------------------------------------------------------

function kept() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(KEPT))
      .map((key) => JSON.parse(localStorage.getItem(key)))
      .filter((entry) => entry?.frame.conversation === conversation)
      .sort((a, b) => a.at - b.at);
  } catch {
    return [];
  }
}

function drop(client) {
  localStorage.removeItem(KEPT + client);
}

function show(entry) {
  const { client_id: client, body } = entry.frame;
  const row = make({ isMine: true, client, body, at: new Date(entry.at), name: "", sender: account });
  row.removeAttribute("id");
  row.dataset.waiting = client;
  if (entry.frame.reply_to) row.dataset.answers = entry.frame.reply_to;
  delete row.dataset.seq;
  row.querySelector(".nw-menu")?.remove();
  for (const file of entry.files ?? []) {
    const line = document.createElement("p");
    line.textContent = file;
    row.querySelector(".nw-bubble").append(line);
  }
  add(row, null);
  say(row, entry);
}

// Sending; or not sent, with what one can do about it.
function say(row, entry) {
  const place = row.querySelector("[data-sending]");
  place.hidden = false;
  place.replaceChildren(entry.failed ? words.notSent : isOpen || navigator.onLine ? words.sending : words.later);
  place.classList.toggle("nw-failed", Boolean(entry.failed));
  if (!entry.failed) return;
  place.append(` ${entry.failed} `);
  for (const [act, label] of [
    ["again", words.again],
    ["away", words.away],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nw-linklike";
    button.dataset[act] = entry.frame.client_id;
    button.textContent = label;
    place.append(button, " ");
  }
}

function sayAll() {
  const here = new Set(kept().map((entry) => entry.frame.client_id));
  for (const entry of kept()) {
    const row = talk.querySelector(`li[data-waiting="${CSS.escape(entry.frame.client_id)}"]`);
    if (row) say(row, entry);
    else if (!talk.querySelector(`li[data-client="${CSS.escape(entry.frame.client_id)}"]`)) show(entry);
    else drop(entry.frame.client_id);
  }
  // Sent by another tab meanwhile, or taken away there.
  for (const row of talk.querySelectorAll("li[data-waiting]")) if (!here.has(row.dataset.waiting)) catchUp();
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function send() {
  const body = field.value.trim();
  const files = [...form.querySelectorAll("input[name=attachments]")];
  if (isBusy) {
    stateLine.textContent = words.busy;
    return;
  }
  if (!body && !files.length) return field.focus();
  const at = Math.max(Date.now(), ...kept().map((entry) => entry.at + 1));
  const frame = { conversation, client_id: newId(), body };
  if (form.elements.reply_to.value) frame.reply_to = form.elements.reply_to.value;
  if (files.length) frame.attachments = files.map((file) => file.value);
  const entry = { at, frame, files: files.map((file) => file.closest("[data-name]")?.dataset.name ?? "") };
  try {
    localStorage.setItem(KEPT + frame.client_id, JSON.stringify(entry));
  } catch {
    // No room, or not allowed: then the form is sent as a form.
    form.submit();
    return;
  }
  field.value = "";
  putAway();
  form.dispatchEvent(new CustomEvent("attachments:sent"));
  saveDraft();
  const toTheEnd = () => {
    show(entry);
    toEnd();
  };
  if (isAtEnd) toTheEnd();
  else goToEnd().then(toTheEnd);
  ask("pump");
  field.focus();
}

function settled(frame) {
  const row = talk.querySelector(`li[data-waiting="${CSS.escape(frame.client_id)}"]`);
  if (frame.type === "error") {
    sayAll();
    return;
  }
  if (!row) return;
  // Numbers before this one that are not here yet come first; a reply and files look as the server shows them.
  if (frame.seq !== last + 1 || catching || !isAtEnd || row.querySelector(".nw-bubble p") || row.dataset.answers) {
    catchUp();
    return;
  }
  const whole = make({
    isMine: true,
    id: frame.id,
    seq: frame.seq,
    client: frame.client_id,
    body: row.querySelector("[data-body]").textContent,
    at: new Date(frame.sent_at ?? row.querySelector("time").dateTime),
    name: "",
    sender: account,
  });
  if (!talk.querySelector(`li[data-day="${calendar.format(new Date(frame.sent_at ?? Date.now()))}"]`)) {
    catchUp();
    return;
  }
  keepPlace(() => {
    const rest = rows();
    follows(whole, rest[rest.length - 1]);
    row.remove();
    add(whole);
    last = frame.seq;
    trim(true);
  });
}

talk.addEventListener("click", (event) => {
  const { again, away } = event.target.dataset;
  if (!again && !away) return;
  if (away) {
    drop(away);
    event.target.closest("li").remove();
  } else {
    const entry = JSON.parse(localStorage.getItem(KEPT + again));
    delete entry.failed;
    localStorage.setItem(KEPT + again, JSON.stringify(entry));
    sayAll();
    ask("pump");
  }
  field?.focus();
});

// --- the text field: Enter, reply, edit, draft, typing --------------------------------------------------------------

const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
const over = form?.querySelector("[data-over]");
// The address of the message that is being changed; and what was being written, and answered, when that began.
let editing = "";
let aside = null;

// What stands above the field: nothing, what is answered, or that a message is being changed.
function showOver({ label = "", text = "", replyTo = "" } = {}) {
  over.hidden = !label;
  over.querySelector("[data-over-label]").textContent = label;
  over.querySelector("[data-over-text]").textContent = text;
  form.elements.reply_to.value = replyTo;
}

function whatIsOver() {
  if (over.hidden) return {};
  const text = (name) => over.querySelector(name).textContent;
  return { label: text("[data-over-label]"), text: text("[data-over-text]"), replyTo: form.elements.reply_to.value };
}

// A change that is put away leaves what was being written before.
function putAway() {
  if (!over) return;
  if (!editing) return showOver();
  editing = "";
  field.value = aside.text;
  showOver(aside.over);
  if (mustLoadAnew) loadAnew();
}

function openOver(row, isEdit) {
  const text = row.querySelector("[data-body]").textContent;
  if (editing) putAway();
  if (isEdit) {
    saveDraft();
    aside = { text: field.value, over: whatIsOver() };
    editing = row.querySelector("[data-edit]").href;
    field.value = text;
    showOver({ label: words.edits });
  } else {
    showOver({ label: words.repliesTo, text, replyTo: row.dataset.id });
  }
  row.querySelector("details[open]")?.removeAttribute("open");
  field.focus();
}

// What is not saved stays in the field, with words that say why.
async function saveEdit() {
  const address = editing;
  const problem = await whyNotSaved(address).catch(() => words.notSaved);
  if (editing !== address) return;
  if (problem) over.querySelector("[data-over-text]").textContent = problem;
  else putAway();
  field.focus();
}

async function whyNotSaved(address) {
  const answer = await act(address, { body: field.value }, cookieToken());
  if (answer.redirected) return words.notSavedEnded;
  if (answer.headers.get("Content-Type")?.includes("json")) return (await answer.json()).text;
  return answer.ok && replaceRow(await answer.text()) ? "" : words.notSaved;
}

// Who signs in again in another tab makes the page's own token too old. Only for what nobody else can do.
function cookieToken() {
  return document.cookie.match(/(?:^|; )csrftoken=(\w+)/)?.[1];
}

function act(address, values, token = document.querySelector("[name=csrfmiddlewaretoken]").value) {
  const body = new URLSearchParams(values);
  return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" } });
}

function replaceRow(html) {
  const row = new DOMParser().parseFromString(html, "text/html").querySelector("li[data-seq]");
  if (row) keepPlace(() => known(row)?.replaceWith(row));
  return Boolean(row);
}

root.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reply], [data-edit], [data-put-away], [data-to-end]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = link.closest("li[data-seq]");
  if (link.matches("[data-put-away]")) {
    event.preventDefault();
    putAway();
    field.focus();
  } else if (link.matches("[data-to-end]")) {
    event.preventDefault();
    goToEnd();
  } else if (form && row?.querySelector("[data-body]")) {
    event.preventDefault();
    openOver(row, link.matches("[data-edit]"));
  }
});

// Signs under a message: sent without leaving the page, then the message comes as the server shows it.
root.addEventListener("submit", async (event) => {
  if (event.target.id !== "act" || !event.submitter?.name) return;
  event.preventDefault();
  const { formAction, name, value } = event.submitter;
  const row = event.submitter.closest("li[data-seq]");
  try {
    const answer = await act(formAction, { [name]: value });
    if (!answer.ok || answer.redirected) return loadAnew();
    replaceRow(await answer.text());
    document.getElementById(row.id)?.focus({ preventScroll: true });
  } catch {
    stateLine.textContent = words.offline;
  }
});

let draftTimer = 0;
let savedDraft = field?.value;
// What the server is known to have.
let confirmedDraft = savedDraft;

function saveDraft() {
  clearTimeout(draftTimer);
  if (!field || editing || field.value === savedDraft) return;
  const text = (savedDraft = field.value);
  keepDraft(text);
  const body = new URLSearchParams({ text, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  fetch(words.draft, { method: "POST", body, keepalive: body.toString().length < 60_000 })
    .then((answer) => {
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      confirmedDraft = text;
      if (keptDraft()?.text === text) keepDraft(null);
    })
    .catch(() => {
      savedDraft = null;
    });
}

// The next page can be here before the server has the draft of the last one: until it has, the browser keeps it, too, with what
// the server had. Is that another draft by then, somebody has written on another device, and theirs holds.
function keepDraft(text) {
  try {
    if (text === null) localStorage.removeItem(DRAFT);
    else localStorage.setItem(DRAFT, JSON.stringify({ text, instead: confirmedDraft }));
  } catch {
    // No room, or not allowed: then only the server has it.
  }
}

function keptDraft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch {
    return null;
  }
}

let typedAt = 0;
let isBusy = false;

if (form) {
  const unsaved = keptDraft();
  if (unsaved && unsaved.instead === field.value) {
    field.value = unsaved.text;
    saveDraft();
  } else if (unsaved) keepDraft(null);
  form.addEventListener("submit", (event) => {
    // Files chosen without their own script go the plain way.
    if (event.submitter?.hasAttribute("formaction") || form.querySelector("[type=file][name]")?.files.length) return;
    event.preventDefault();
    if (editing) saveEdit();
    else send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hasKeyboard && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && !over.hidden) {
      event.preventDefault();
      putAway();
    }
  });
  field.addEventListener("input", () => {
    clearTimeout(draftTimer);
    draftTimer = setTimeout(saveDraft, 1000);
    if (editing || Date.now() - typedAt < 3000 || !field.value) return;
    typedAt = Date.now();
    ask("send", { type: "typing" });
  });
  form.addEventListener("attachments:changed", ({ detail }) => {
    isBusy = detail.busy;
    if (mustLoadAnew) loadAnew();
    if (!isBusy && stateLine.textContent === words.busy) stateLine.textContent = "";
  });
  if (hasKeyboard) for (const hint of form.querySelectorAll("[data-hint]")) hint.hidden = false;
}

// --- who writes, who has read ---------------------------------------------------------------------------------------

const writers = new Map();

function typing(id, isTyping, name = "") {
  clearTimeout(writers.get(id)?.timer);
  writers.delete(id);
  if (isTyping) writers.set(id, { name, timer: setTimeout(() => typing(id, false), 6000) });
  const names = [...writers.values()].map((writer) => writer.name);
  typingLine.textContent = names.length ? words.typing.replace("{names}", names.join(", ")) : "";
}

function markRead(seq) {
  if (!seq) return;
  for (const row of rows()) {
    const mark = row.querySelector("[data-is-read]");
    if (mark && Number(row.dataset.seq) <= seq) mark.hidden = false;
  }
}

function look() {
  if (document.hidden || !isNearEnd()) return;
  jump.hidden = true;
  if (leftOut && first() <= Math.max(leftOut, seen + 1)) leftOut = 0;
  if (!isOpen || leftOut || last <= seen) return;
  seen = last;
  ask("send", { type: "read", seq: last });
}

async function goToEnd() {
  leftOut = 0;
  if (!isAtEnd) {
    // From somewhere in the middle the way to the end is a new window, not everything between.
    const piece = await fetchPart({ newest: 1 });
    talk.replaceChildren(...piece.querySelectorAll("ul:not([data-changed]) > li"));
    last = Number(piece.dataset.last);
    change = Math.max(change, Number(piece.dataset.change));
    isAtEnd = true;
    more("older", piece.dataset.older === "true");
    more("newer", false);
    sayAll();
  }
  toEnd();
  look();
}

// --- the ends of what is on the page --------------------------------------------------------------------------------

const ends = new IntersectionObserver(
  (found) => {
    for (const { isIntersecting, target } of found) {
      if (!isIntersecting || target.hidden) continue;
      if (target.dataset.more === "older") loadOlder();
      else if (!isAtEnd) catchUp();
    }
  },
  { rootMargin: "800px 0px" },
);

function watchEnds() {
  for (const line of root.querySelectorAll("[data-more]")) {
    ends.unobserve(line);
    if (!line.hidden) ends.observe(line);
  }
}

root.addEventListener("click", (event) => {
  const line = event.target.closest("[data-more]");
  if (!line || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (line.dataset.more === "older") loadOlder();
  else catchUp();
});

// --- what comes over the line ---------------------------------------------------------------------------------------

let mustLoadAnew = false;

// What somebody writes waits on the page while it is loaded anew: it is kept as a draft. A change to a message and a file on its
// way would be lost, and are waited for.
function loadAnew() {
  mustLoadAnew = true;
  if (editing || isBusy) return;
  saveDraft();
  location.reload();
}

// The name of a group, wherever it stands on its page.
function rename(title) {
  const old = words.title;
  if (!title || title === old) return;
  words.title = title;
  document.title = document.title.replace(old, () => title);
  for (const place of [document.querySelector("h1"), root.querySelector("#with a")]) place.textContent = title;
  const log = talk.parentElement;
  log.setAttribute("aria-label", log.getAttribute("aria-label").replace(old, () => title));
}

document.addEventListener("line:frame", ({ detail: frame }) => {
  if (frame.type === "pong") {
    const head = frame.heads.find((one) => one.conversation === conversation);
    if (head && isAtEnd && (head.last > last || head.change > change)) catchUp();
  }
  if (frame.conversation !== conversation) return;
  if (frame.type === "message") take(frame);
  else if (frame.type === "ack" || (frame.type === "error" && frame.client_id)) settled(frame);
  else if (frame.type === "changed") catchUp();
  else if (frame.type === "gone") takeAway(frame.id);
  else if (frame.type === "read" && frame.reader !== account) markRead(frame.seq);
  else if (frame.type === "read") seen = Math.max(seen, frame.seq);
  else if (frame.type === "typing" && frame.sender.id !== account) typing(frame.sender.id, true, frame.sender.name);
  else if (frame.type === "conversation" && ["removed", "answered", "closed"].includes(frame.what)) loadAnew();
  else if (frame.type === "conversation" && frame.what === "renamed") catchUp();
});

document.addEventListener("line:state", ({ detail }) => {
  const wasOpen = isOpen;
  isOpen = detail.isOpen;
  stateLine.textContent = detail.isEnded ? words.ended : isOpen || (navigator.onLine && !detail.isTrying) ? "" : words.offline;
  if (isOpen && !wasOpen && isAtEnd) catchUp().then(look);
  sayAll();
});

// Whether something was dropped on the way; or, where sockets do not get through, whether there is something at all.
setInterval(() => {
  if (isOpen) document.dispatchEvent(new CustomEvent("line:send", { detail: { type: "ping", conversations: [conversation] } }));
  else if (navigator.onLine && !document.hidden && isAtEnd) catchUp();
}, 20_000);

addEventListener("storage", (event) => {
  if (!event.key || event.key.startsWith(KEPT)) sayAll();
});
addEventListener("pagehide", saveDraft);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) saveDraft();
  else look();
});
addEventListener("focus", look);
box.addEventListener("scroll", look, { passive: true });
addEventListener("scroll", look, { passive: true });
jump.addEventListener("click", () => {
  goToEnd();
  field?.focus();
});

for (const entry of kept()) {
  if (talk.querySelector(`li[data-client="${CSS.escape(entry.frame.client_id)}"]`)) drop(entry.frame.client_id);
  else show(entry);
}
if (!location.hash) {
  if (isAtEnd) toEnd();
  else document.getElementById("new")?.scrollIntoView({ block: "center" });
}
watchEnds();
ask("ask");
ask("pump");
look();
