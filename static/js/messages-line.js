// One socket for all tabs of a browser, and the outbox. The tab that holds the lock has the socket and hands round what comes;
// when it closes, another takes over. Pages hear "line:frame" and "line:state" on the document, and say "line:send" and "line:pump".
//
// What is to be sent lies in localStorage, one key a message, from the moment it leaves the text field until the server has
// acknowledged it: written at once, there after a reload, and seen by every tab. The key begins with the account, and nothing is
// sent before the server has said that the line belongs to the same account. Signing out empties it.

const tag = document.querySelector("script[data-line]");
const account = tag.dataset.account;
const address = Object.assign(new URL(tag.dataset.line, location.href), {
  protocol: location.protocol === "https:" ? "wss:" : "ws:",
});
const KEPT = "outbox:";
const OURS = `${KEPT}${account}:`;
const name = `messages:${account}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;

const ANSWER_WITHIN = 12_000;
const LONGEST_WAIT = 30_000;
const A_MINUTE = 60_000;
// In seconds. Who has to wait longer is told so, and sends again themselves.
const LONGEST_HELD_BACK = 120;
let pingEvery = 25_000;

let isLeader = false;
let isOpen = false;
let isEnded = false;
let socket = null;
let tries = 0;
let retry = 0;
let heard = 0;
let inFlight = null;
let isPosting = false;
let answerTimer = 0;
let notBefore = 0;
let release = null;

function tell(type, detail) {
  document.dispatchEvent(new CustomEvent(`line:${type}`, { detail }));
}

function toAll(type, detail) {
  channel?.postMessage({ type, detail });
  tell(type, detail);
}

function state() {
  return { isOpen, isEnded, isTrying: tries > 1 && !isOpen };
}

// --- the outbox -----------------------------------------------------------------------------------------------------

// Also drafts the server has perhaps not got yet, and where uploads are: see messages.js and attachments.js.
function keys() {
  try {
    return Object.keys(localStorage).filter((key) => /^(outbox|draft|upload):/.test(key));
  } catch {
    return [];
  }
}

function entries() {
  return keys()
    .filter((key) => key.startsWith(OURS))
    .map((key) => JSON.parse(localStorage.getItem(key)))
    .filter((entry) => entry && !entry.failed)
    .sort((a, b) => a.at - b.at || a.n - b.n);
}

function keyOf(id) {
  return OURS + id;
}

// Somebody else's texts have no place in a browser that another account uses now.
for (const key of keys()) if (key.split(":")[1] !== account) localStorage.removeItem(key);

function forget() {
  for (const key of keys()) localStorage.removeItem(key);
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === tag.dataset.leave) forget();
});

// One after another, so that they arrive in the order they were written.
function pump() {
  if (!isLeader || inFlight || isEnded || performance.now() < notBefore) return;
  const [next] = entries();
  if (!next) return;
  if (isOpen) {
    flying(next);
    socket.send(JSON.stringify({ v: 1, type: "send", ...next.frame }));
  } else if (tries > 1 && navigator.onLine) {
    flying(next);
    post(next);
  }
}

function flying({ frame }) {
  inFlight = frame.client_id;
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => {
    if (inFlight !== frame.client_id) return;
    inFlight = null;
    socket?.close();
  }, ANSWER_WITHIN);
}

// Where sockets do not get through, the form's own address does.
async function post({ frame }) {
  const body = new URLSearchParams({ body: frame.body, client_id: frame.client_id, account });
  if (frame.reply_to) body.set("reply_to", frame.reply_to);
  for (const id of frame.attachments ?? []) body.append("attachments", id);
  let told = null;
  isPosting = true;
  try {
    const answer = await fetch(tag.dataset.send.replace(tag.dataset.nobody, frame.conversation), {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
    });
    told = await understood(answer, frame);
  } catch {
    // No line at all: it stays in the outbox.
  }
  isPosting = false;
  if (told) settle(told);
  else inFlight = null;
}

// The one of the cookie: who signs in again in another tab makes the page's own too old. Only for what names the account.
function token() {
  return document.cookie.match(/(?:^|; )csrftoken=(\w+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// The frame in an answer; or null, when it is no answer to the message and all stays as it is.
async function understood(answer, { client_id, conversation }) {
  if (answer.redirected) {
    end();
    toAll("state", state());
    return null;
  }
  if (answer.headers.get("Content-Type")?.includes("json")) return answer.json();
  if (answer.status < 400 || answer.status >= 500 || [408, 429].includes(answer.status)) return null;
  // It would be refused again, and hold up all that was written after it.
  return { type: "error", code: "refused", client_id, conversation, text: tag.dataset.refused };
}

// What was sent over a socket that is gone will not be answered there. What is being posted will.
function landed() {
  if (!isPosting) inFlight = null;
}

// The server has answered for one of ours: it is sent, or it never will be in this form, or it is to be tried again in a while.
function settle(frame) {
  const later = frame.retry_after ?? 3;
  const isLater = frame.code === "failed" || (frame.code === "too_fast" && later <= LONGEST_HELD_BACK);
  if (frame.type === "ack") localStorage.removeItem(keyOf(frame.client_id));
  else if (!isLater) fail(frame);
  if (!isLater) toAll("frame", frame);
  if (inFlight === frame.client_id) {
    inFlight = null;
    clearTimeout(answerTimer);
  }
  if (isLater) holdBack(later * 1000);
  else pump();
}

// Whatever opens or closes meanwhile.
function holdBack(milliseconds) {
  notBefore = performance.now() + milliseconds;
  setTimeout(pump, milliseconds + 20);
}

function fail({ client_id: id, code, text }) {
  const entry = JSON.parse(localStorage.getItem(keyOf(id)));
  if (entry) localStorage.setItem(keyOf(id), JSON.stringify({ ...entry, failed: text || code }));
}

// --- the socket -----------------------------------------------------------------------------------------------------

function connect() {
  clearTimeout(retry);
  if (!isLeader || isEnded || socket || !navigator.onLine) return;
  const mine = new WebSocket(address);
  socket = mine;
  mine.onmessage = (event) => {
    if (mine === socket) hear(JSON.parse(event.data));
  };
  mine.onclose = (event) => {
    if (mine !== socket) return;
    socket = null;
    isOpen = false;
    landed();
    // Signed out, no member any more, or more sockets than one account may have: to go on trying is no use.
    isEnded ||= [4401, 4403, 4430].includes(event.code);
    if (!isEnded) wait(event.code === 4429 ? A_MINUTE : 0);
    toAll("state", state());
  };
}

function hear(frame) {
  heard = Date.now();
  if (frame.type === "hello") {
    if (frame.me !== account) return end();
    pingEvery = frame.ping_every * 1000;
    isOpen = true;
    tries = 0;
    toAll("state", state());
    toAll("frame", frame);
    return pump();
  }
  if (frame.client_id && (frame.type === "ack" || frame.type === "error")) settle(frame);
  // Too fast before it was looked at: it does not say which, and there is only one on its way.
  else if (frame.type === "error" && frame.code === "too_fast" && inFlight) settle({ ...frame, client_id: inFlight });
  else toAll("frame", frame);
}

function end() {
  isEnded = true;
  socket?.close();
}

// Longer each time, and never all browsers at once.
function wait(atLeast = 0) {
  tries += 1;
  const longest = Math.min(LONGEST_WAIT, 500 * 2 ** tries);
  retry = setTimeout(connect, atLeast + longest / 2 + (Math.random() * longest) / 2);
  pump();
}

function ping() {
  setTimeout(ping, pingEvery);
  if (!isOpen) return;
  // A line that slept looks open for long: what has not answered is closed and opened again.
  if (Date.now() - heard > pingEvery + ANSWER_WITHIN) return drop();
  socket.send(JSON.stringify({ v: 1, type: "ping" }));
}
setTimeout(ping, pingEvery);

function drop() {
  const old = socket;
  if (!old) return;
  socket = null;
  isOpen = false;
  landed();
  old.close();
  wait();
  toAll("state", state());
}

function again() {
  if (isOpen && Date.now() - heard > pingEvery + ANSWER_WITHIN) drop();
  if (socket) return;
  tries = 0;
  connect();
}

addEventListener("online", again);
addEventListener("offline", drop);

// --- who has it -----------------------------------------------------------------------------------------------------

function lead() {
  isLeader = true;
  isOpen = false;
  connect();
}

function claim(options = {}) {
  if (!navigator.locks || !channel) return lead();
  navigator.locks
    .request(name, options, () => {
      lead();
      return new Promise((resolve) => {
        release = resolve;
      });
    })
    .catch(() => {
      // Another tab took it because this one did not answer: it slept.
      isLeader = false;
      socket?.close();
      claim();
    });
}

let isAnswered = false;

if (channel) {
  channel.onmessage = ({ data: { type, detail } }) => {
    if (type === "frame" || type === "state") {
      isAnswered = true;
      if (type === "state") ({ isOpen, isEnded } = isLeader ? { isOpen, isEnded } : detail);
      tell(type, detail);
    } else if (isLeader) {
      if (type === "ask") channel.postMessage({ type: "state", detail: state() });
      if (type === "send" && isOpen) socket.send(JSON.stringify(detail));
      if (type === "pump") pump();
    }
  };
}

// A tab that is looked at wants a line that lives. On some phones one that sleeps keeps the lock and says nothing.
function awake() {
  if (document.hidden || isEnded) return;
  if (isLeader) return again();
  isAnswered = false;
  channel.postMessage({ type: "ask" });
  setTimeout(() => {
    if (!isAnswered && !isLeader && !document.hidden && navigator.locks) claim({ steal: true });
  }, 2000);
}

document.addEventListener("visibilitychange", awake);
addEventListener("pagehide", () => {
  if (!isLeader) return;
  release?.();
  isLeader = false;
  socket?.close();
  socket = null;
  isOpen = false;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) claim();
});

document.addEventListener("line:send", ({ detail }) => {
  const frame = { v: 1, ...detail };
  if (isLeader && isOpen) socket.send(JSON.stringify(frame));
  else if (!isLeader) channel?.postMessage({ type: "send", detail: frame });
});
document.addEventListener("line:pump", () => {
  if (isLeader) pump();
  else channel?.postMessage({ type: "pump" });
});
document.addEventListener("line:ask", () => (isLeader ? tell("state", state()) : channel?.postMessage({ type: "ask" })));

claim();
