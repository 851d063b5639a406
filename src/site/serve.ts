import { createReadStream, statSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { contentSecurityPolicy } from './layout.ts';
import { SAFE_PATH, urls } from './urls.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  txt: 'text/plain; charset=utf-8',
};
const OTHER = 'application/octet-stream';

/** Answers from the site's folder, with the headers that the published site should have. */
export function siteHandler(folder: string): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.endsWith('/') ? `${pathname.slice(1)}index.html` : pathname.slice(1);
    const file = SAFE_PATH.test(path) ? sizeOf(join(folder, path)) : undefined;
    if (file === undefined)
      send(response, folder, urls.notFound(), 404, sizeOf(join(folder, urls.notFound())) ?? 0, request.method);
    else send(response, folder, path, 200, file, request.method);
  };
}

function sizeOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : undefined;
}

function send(
  response: ServerResponse,
  folder: string,
  path: string,
  status: number,
  size: number,
  method: string,
): void {
  response.writeHead(status, {
    'Content-Type': TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? OTHER,
    'Content-Length': size,
    'Content-Security-Policy': `${contentSecurityPolicy(path === urls.search())}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  if (method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  createReadStream(join(folder, path))
    .on('error', () => response.destroy())
    .pipe(response);
}
