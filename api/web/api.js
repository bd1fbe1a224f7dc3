// Requests to the service: JSON in and out, problems as sentences, the key when one is needed.

const KEY = "segue.key";

/** What the service, or the way to it, could not do, in words for a person. */
export class Problem extends Error {
  constructor(message, hint = "", status = 0) {
    super(message);
    this.hint = hint;
    this.status = status;
    this.question = null; // what only a person can say: choice, options, example, message
  }

  static unreachable() {
    return new Problem("Segue cannot be reached.", "Check that it is still running, then try again.");
  }

  static from(body, status) {
    const text = body?.detail ?? body?.title ?? `Segue answered with the status ${status}.`;
    const problem = new Problem(text, body?.hint ?? "", status);
    if (body?.choice) problem.question = { choice: body.choice, options: body.options, example: body.example, message: text };
    return problem;
  }
}

export function keepKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function authorization() {
  const key = sessionStorage.getItem(KEY);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export async function send(method, path, body, signal) {
  const headers = { Accept: "application/json, text/event-stream", ...authorization() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(`.${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Problem.unreachable();
  }
  if (!response.ok) throw Problem.from(await response.json().catch(() => null), response.status);
  return response;
}

export const get = async (path, signal) => (await send("GET", path, undefined, signal)).json();
export const post = async (path, body, signal) => (await send("POST", path, body, signal)).json();

/** Sends a file with its progress (a share, 0 to 1); resolves to what the service made of it. */
export function upload(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "./v1/uploads");
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () =>
      request.status < 300 ? resolve(request.response) : reject(Problem.from(request.response, request.status));
    request.onerror = () => reject(Problem.unreachable());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** Fetched with the key, then handed to the browser as a file. */
export async function download(url, name) {
  const path = url.startsWith("/") ? url : `/${url.replace(/^\.\//, "")}`;
  const blob = await (await send("GET", path)).blob();
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
