// Shows a page of ours when there is no network, keeps static files, and shows pushes. Nothing personal is ever kept.
// Takes: version, files (static files), offline (addresses of the page without network, by language), badge.

const CACHE = "static-{{ version }}";
const FILES = {{ files }};
const OFFLINE = {{ offline }};
const LANGUAGE = "/offline/language";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll([...FILES, ...Object.values(OFFLINE)].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => withoutNetwork()));
  else if (FILES.includes(url.pathname)) event.respondWith(fetch(request).catch(() => kept(request)));
});

self.addEventListener("message", (event) => {
  const { type, language } = event.data ?? {};
  if (type === "language" && language in OFFLINE) {
    event.waitUntil(caches.open(CACHE).then((cache) => cache.put(LANGUAGE, new Response(language))));
  }
  if (type === "forget") event.waitUntil(forget());
});

self.addEventListener("push", (event) => {
  let push = {};
  try {
    push = event.data.json();
  } catch {
    return;
  }
  const { title, body, tag, lang, url } = push;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, icon: "{{ icon }}", data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window" });
      const same = open.find((client) => client.url === url.href);
      await (same ? same.focus() : self.clients.openWindow(url.href));
    })(),
  );
});

async function withoutNetwork() {
  const cache = await caches.open(CACHE);
  const chosen = await (await cache.match(LANGUAGE))?.text();
  const language = chosen ?? { nn: "nn", nb: "nb", no: "nn" }[self.navigator.language?.slice(0, 2)] ?? "en";
  return (await cache.match(OFFLINE[language])) ?? Response.error();
}

async function kept(request) {
  return (await (await caches.open(CACHE)).match(request)) ?? Response.error();
}

async function forget() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  const cache = await caches.open(CACHE);
  await cache.delete(LANGUAGE);
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}
