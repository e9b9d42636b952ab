// Keeps the number beside the bell right while a page is open. Without this it is right when the page is loaded.

const place = document.querySelector("[data-count-of$='/notices/']");
const LONGEST_WAIT = 60_000;
const SIGNED_OUT = 4401;
let failures = 0;

function show(count) {
  place.replaceChildren();
  if (!count) return;
  const badge = document.createElement("span");
  badge.className = "ds-badge";
  badge.dataset.color = "marigold";
  badge.dataset.count = count;
  badge.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.className = "ds-sr-only";
  words.textContent = count === 1 ? place.dataset.one : place.dataset.many.replace("2", count);
  place.append(" ", badge, words);
}

async function ask() {
  const answer = await fetch("/notices/count/", { headers: { Accept: "application/json" } });
  if (answer.ok && !answer.redirected) show((await answer.json()).count);
}

// One socket for all tabs of a browser: the tab that holds the lock has it and hands round what comes.

const channel = "BroadcastChannel" in window && navigator.locks ? new BroadcastChannel("notices") : null;
let socket = null;
let release = null;

function connect() {
  const mine = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/notices/`);
  socket = mine;
  mine.addEventListener("message", (event) => {
    failures = 0;
    const frame = JSON.parse(event.data);
    if (frame.type !== "count") return;
    show(frame.count);
    channel?.postMessage(frame.count);
  });
  mine.addEventListener("close", (event) => {
    if (event.code === SIGNED_OUT || mine !== socket) return;
    failures += 1;
    // Where no socket gets through, the number is asked for instead, ever more seldom.
    if (failures > 2) ask().catch(() => {});
    // Not all at once after a restart of the server.
    setTimeout(() => mine === socket && connect(), Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random()));
  });
}

function claim() {
  if (!channel) return connect();
  navigator.locks.request("notices", () => {
    connect();
    return new Promise((resolve) => {
      release = resolve;
    });
  });
}

if (place) {
  if (channel) channel.onmessage = ({ data }) => show(data);
  claim();
  addEventListener("pagehide", () => {
    const mine = socket;
    socket = null;
    mine?.close();
    release?.();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && claim());
  // The tab with the socket may have slept.
  document.addEventListener("visibilitychange", () => document.hidden || ask().catch(() => {}));
}
