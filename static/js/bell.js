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

function connect() {
  const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/notices/`);
  socket.addEventListener("message", (event) => {
    failures = 0;
    const frame = JSON.parse(event.data);
    if (frame.type === "count") show(frame.count);
  });
  socket.addEventListener("close", (event) => {
    if (event.code === SIGNED_OUT) return;
    failures += 1;
    // Where no socket gets through, the number is asked for instead, ever more seldom.
    if (failures > 2) ask().catch(() => {});
    // Not all at once after a restart of the server.
    setTimeout(connect, Math.min(LONGEST_WAIT, 1000 * 2 ** failures) * (0.5 + Math.random()));
  });
}

if (place) connect();
