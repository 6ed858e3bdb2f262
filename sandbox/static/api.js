// Everything the page says to the sandbox.

export class Refused extends Error {}

async function read(response) {
  const body = await response.json();
  if (body.error) throw new Refused(body.error);
  return body;
}

export async function get(path) {
  return read(await fetch(path, { cache: "no-store" }));
}

export async function post(path, body) {
  const form = body instanceof FormData;
  return read(await fetch(path, {
    method: "POST",
    headers: form ? {} : { "content-type": "application/json" },
    body: form ? body : JSON.stringify(body || {}),
  }));
}
