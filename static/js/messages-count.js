// What waits unread, beside "Messages" in the bar, and the list of conversations: fetched anew when something has come.

const tag = document.querySelector("script[data-count]");
const list = document.querySelector("[data-inbox]");
const WAIT = 400;

let timer = 0;

async function fetchInto(address, put) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) put(new DOMParser().parseFromString(await answer.text(), "text/html").body);
  } catch {
    // No line: what stands there stays.
  }
}

function putCount(body) {
  for (const place of document.querySelectorAll(`[data-count-of="${tag.dataset.messages}"]`)) {
    place.replaceChildren(...body.cloneNode(true).childNodes);
  }
}

function putList(body) {
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const top = list.parentElement.scrollTop;
  list.replaceChildren(...body.querySelector("[data-inbox]").childNodes);
  list.parentElement.scrollTop = top;
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function refresh() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (document.hidden) return;
    fetchInto(tag.dataset.count, putCount);
    // Only where it shows: on phones a conversation has the page for itself.
    if (list?.checkVisibility?.() ?? list?.offsetParent) fetchInto(list.dataset.inbox, putList);
  }, WAIT);
}

document.addEventListener("line:frame", ({ detail: { type, unread_total: unread } }) => {
  if (["message", "changed", "conversation"].includes(type) || unread !== undefined) refresh();
});
document.addEventListener("visibilitychange", refresh);
addEventListener("pageshow", (event) => {
  if (event.persisted) refresh();
});
