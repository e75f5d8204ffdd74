// A plain static file server without special headers, as any host is. Use: node script/static.mjs FOLDER PORT [PREFIX]
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";

const kinds = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
  ".wasm": "application/wasm", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
  ".csv": "text/csv", ".gz": "application/gzip", ".webmanifest": "application/manifest+json", ".md": "text/markdown",
};

/// Serves a folder under a prefix; `seen`, if given, is told every address asked for.
export function serve(folder, port, prefix = "/", seen = () => {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    seen(path);
    let name = normalize(path.startsWith(prefix) ? path.slice(prefix.length) : "../");
    if (name.startsWith("..")) { response.writeHead(404).end(); return; }
    if (name === "" || name === "." || name.endsWith("/")) name = join(name, "index.html");
    try {
      const bytes = await readFile(join(folder, name));
      response.writeHead(200, { "content-type": kinds[extname(name)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder = "dist", port = "8080", prefix = "/"] = process.argv.slice(2);
  await serve(folder, Number(port), prefix);
}
