// The installable app: a service worker that shows a page of ours when there is no network. It keeps nothing personal.

async function start() {
  await navigator.serviceWorker.register("/service-worker.js");
  const registration = await navigator.serviceWorker.ready;
  // So that the page without network is in the reader's language.
  registration.active.postMessage({ type: "language", language: document.documentElement.lang });
}

if ("serviceWorker" in navigator) {
  // Not before the page itself is there: on a thin line that comes first.
  if (document.readyState === "complete") start().catch(() => {});
  else window.addEventListener("load", () => start().catch(() => {}));

  // The server's answer clears the browser too; this is for browsers that do not know how.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname === "/accounts/logout/") {
      navigator.serviceWorker.controller?.postMessage({ type: "forget" });
    }
  });
}
