// Keeps the page on this device, so that it opens without a network. It is the one script that the page's policy does not
// cover, so it is small: it asks for the files of its own build once, answers with them, and asks for nothing else.
const BUILD = "dev";
const FILES = [];
const NAME = `atelier-${BUILD}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)));
});

// A new build waits until no tab has the old one open; then the old files go.
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("atelier-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => { if (event.data === "take over") self.skipWaiting(); });

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  // A page of another build gets its own files from the host.
  const build = address.searchParams.get("v");
  if (build !== null && build !== BUILD) return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    const found = request.mode === "navigate" ? await cache.match("./") : await cache.match(request, { ignoreSearch: true });
    return found ?? fetch(request);
  })());
});
