// Keeps the number beside the bell right while a page is open: the line to the server (messages-line.js) says when it is another.
// Without this it is right when the page is loaded.

const place = document.querySelector("[data-count-of$='/notices/']");
const WAIT = 400;
const LEAST_BETWEEN = 1000;
let timer = 0;
let asked = 0;

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
  timer = 0;
  if (document.hidden) return;
  asked = performance.now();
  try {
    const answer = await fetch("/notices/count/", { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) show((await answer.json()).count);
  } catch {
    // No line: what stands there stays.
  }
}

// However much happens, the number is asked for once in a while.
function askSoon() {
  if (!timer) timer = setTimeout(ask, Math.max(WAIT, asked + LEAST_BETWEEN - performance.now()));
}

if (place) {
  document.addEventListener("line:frame", ({ detail }) => {
    if (detail.type === "hello") show(detail.notices_total);
    if (detail.type === "notices") askSoon();
  });
  // Where no socket gets through, each new try asks.
  document.addEventListener("line:state", ({ detail }) => detail.isTrying && askSoon());
  // A page that was hidden has asked for nothing.
  document.addEventListener("visibilitychange", askSoon);
  addEventListener("pageshow", ({ persisted }) => persisted && askSoon());
}
