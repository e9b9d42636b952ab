// Files for a message: a small client of tus 1.0. Shows progress, goes on where it was after a break, and can be stopped. Where
// the upload of a file is lies in localStorage until it is complete, so that the same file, chosen again after the page was
// closed, goes on. The key begins with the account; messages-line.js empties it at sign-out.
// Works on the partial messaging/attachments/_chooser.html, inside the form that sends the message.
//
// Tells the page with events on the form: "attachments:changed", detail {ready: [ids], busy: true|false}. What is ready also
// stands in the form as hidden fields named "attachments". After sending, dispatch "attachments:sent" on the form: the list is emptied.

const PIECE = 256 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const WAIT_FOR_CHECK = 1500;

const said = (text, name) => text.replace("{name}", name);
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Until the browser says that there is a line again, or the time is over, whichever is first.
function lineOr(milliseconds) {
  return new Promise((done) => {
    const over = setTimeout(finish, milliseconds);
    function finish() {
      clearTimeout(over);
      window.removeEventListener("online", finish);
      done();
    }
    window.addEventListener("online", finish);
  });
}

function encoded(name) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(name.slice(0, 200))));
}

class Problem extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

const idOf = (place) => place.split("/").filter(Boolean).pop();

// Where begun uploads of this account in this conversation are, by file.
class Places {
  constructor(account, conversation) {
    this.start = `upload:${account}:${conversation}:`;
  }

  of(file) {
    try {
      return localStorage.getItem(this.#key(file)) ?? "";
    } catch {
      return "";
    }
  }

  keep(file, place) {
    try {
      if (place) localStorage.setItem(this.#key(file), place);
      else localStorage.removeItem(this.#key(file));
    } catch {
      // No room, or not allowed: then it begins anew next time.
    }
  }

  // Those the server does not have unfinished any more.
  keepOnly(ids) {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(this.start) && !ids.includes(idOf(localStorage.getItem(key)))) localStorage.removeItem(key);
      }
    } catch {
      // As above.
    }
  }

  #key(file) {
    return `${this.start}${file.size}:${file.lastModified}:${file.name}`;
  }
}

class Upload {
  // `told(upload)` is called whenever something has changed. `place` is where it was begun before, if it was.
  constructor(file, address, token, place, told) {
    Object.assign(this, { file, address, token, place, told, sent: 0, state: "uploading", words: "" });
    this.stopped = new AbortController();
  }

  get id() {
    return idOf(this.place);
  }

  async run() {
    let wait = FIRST_WAIT;
    while (!this.stopped.signal.aborted) {
      try {
        await this.#attempt();
        return;
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        if (error instanceof Problem) return this.#become("failed", error.message);
        this.#become("waiting");
        await lineOr(wait + Math.random() * wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  async remove() {
    this.stopped.abort();
    if (!this.place) return;
    await fetch(this.place, { method: "DELETE", headers: this.#headers() }).catch(() => {});
  }

  async #attempt() {
    if (!this.place || !(await this.#isThere())) await this.#begin();
    this.#become("uploading");
    while (this.sent < this.file.size) await this.#sendPiece();
    await this.#outcome();
  }

  async #begin() {
    const answer = await this.#ask(this.address, "POST", {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": `filename ${encoded(this.file.name)}`,
    });
    this.place = answer.headers.get("Location");
    this.sent = 0;
  }

  // How far it has got, if the server has it still. One that is complete may have another length by now.
  async #isThere() {
    try {
      const { headers } = await this.#ask(this.place, "HEAD");
      const offset = Number(headers.get("Upload-Offset"));
      this.sent = offset === Number(headers.get("Upload-Length")) ? this.file.size : offset;
      return true;
    } catch (error) {
      if (error.status === 404) return false;
      throw error;
    }
  }

  async #sendPiece() {
    const piece = this.file.slice(this.sent, this.sent + PIECE);
    const headers = { "Upload-Offset": String(this.sent), "Content-Type": "application/offset+octet-stream" };
    const answer = await this.#ask(this.place, "PATCH", headers, piece);
    this.sent = Number(answer.headers.get("Upload-Offset"));
    this.told(this);
  }

  async #outcome() {
    for (;;) {
      const found = await (await this.#ask(this.place, "GET")).json();
      if (found.state !== "checking") return this.#become(found.state, found.problem);
      this.#become("checking");
      await rest(WAIT_FOR_CHECK);
    }
  }

  // A broken line, a server that is busy, and a wrong place are tried again; anything else is told.
  async #ask(address, method, headers = {}, body = undefined) {
    const answer = await fetch(address, { method, body, headers: { ...this.#headers(), ...headers }, signal: this.stopped.signal });
    if (answer.ok) return answer;
    if (answer.status === 409 || answer.status === 423 || answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
    let words = "";
    if (method !== "HEAD" && answer.headers.get("Content-Type")?.startsWith("application/json")) words = (await answer.json()).text;
    throw new Problem(words, answer.status);
  }

  #headers() {
    return { ...TUS, "X-CSRFToken": this.token };
  }

  #become(state, words = "") {
    this.state = state;
    this.words = words;
    this.told(this);
  }
}

function enhance(root) {
  const form = root.closest("form");
  const input = root.querySelector('input[type="file"]');
  const list = root.querySelector("[data-files]");
  const status = root.querySelector("[data-attach-status]");
  const say = root.dataset;
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  const { account, conversation } = root.closest("[data-conversation]").dataset;
  const places = new Places(account, conversation);
  const uploads = new Map();
  // The browser would send the files once more with the form itself.
  input.removeAttribute("name");
  root.querySelector("[data-attach-send]").hidden = true;
  root.classList.add("is-live");

  const announce = (text) => {
    status.textContent = text;
  };
  const rows = () => [...list.children];

  function changed() {
    list.hidden = !list.children.length;
    const ready = [...list.querySelectorAll('input[name="attachments"]')].map((field) => field.value);
    const busy = rows().some((row) => ["uploading", "waiting", "checking"].includes(row.dataset.state));
    form.dispatchEvent(new CustomEvent("attachments:changed", { bubbles: true, detail: { ready, busy } }));
  }

  function row(name) {
    const item = document.createElement("li");
    item.className = "nw-row nw-attach-file";
    item.dataset.name = name;
    const label = document.createElement("span");
    const title = document.createElement("bdi");
    title.textContent = name;
    const progress = document.createElement("progress");
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute("aria-label", said(say.sayUploading, name));
    const words = document.createElement("span");
    words.className = "nw-sm";
    words.dataset.words = "";
    label.append(title, " ", words);
    item.append(label, progress, button(say.sayRemove, name, "remove"));
    list.append(item);
    return item;
  }

  function button(text, name, what) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "ds-button";
    made.dataset.variant = "tertiary";
    made.dataset.size = "sm";
    made.dataset[what] = "";
    const whose = document.createElement("span");
    whose.className = "ds-sr-only";
    whose.textContent = ` ${name}`;
    made.append(text, whose);
    return made;
  }

  function show(item, upload) {
    const before = item.dataset.state;
    item.dataset.state = upload.state;
    places.keep(upload.file, ["uploading", "waiting", "failed"].includes(upload.state) ? upload.place : "");
    const words = item.querySelector("[data-words]");
    const progress = item.querySelector("progress");
    progress.value = upload.file.size ? Math.floor((100 * upload.sent) / upload.file.size) : 0;
    progress.hidden = !["uploading", "waiting"].includes(upload.state);
    if (before === upload.state) return;
    const name = upload.file.name;
    const sentence = {
      uploading: said(say.sayUploading, name),
      waiting: said(say.sayWaiting, name),
      checking: said(say.sayChecking, name),
      ready: said(say.sayReady, name),
      refused: upload.words,
      failed: upload.words || said(say.sayFailed, name),
    }[upload.state];
    words.textContent = ["waiting", "checking", "refused", "failed"].includes(upload.state) ? sentence : "";
    words.classList.toggle("nw-attach-problem", ["refused", "failed"].includes(upload.state));
    item.querySelector("[data-again]")?.remove();
    if (upload.state === "failed") item.append(button(say.sayAgain, name, "again"));
    if (upload.state === "ready") {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "attachments";
      field.value = upload.id;
      item.append(field);
    }
    announce(sentence);
    changed();
  }

  function start(file) {
    const item = row(file.name);
    item.dataset.state = "new";
    const upload = new Upload(file, say.attachments, token, begunBefore(file), () => item.isConnected && show(item, upload));
    uploads.set(item, upload);
    if (file.size > Number(say.largest)) {
      upload.state = "refused";
      upload.words = say.sayTooLarge;
      show(item, upload);
    } else {
      show(item, upload);
      upload.run();
    }
  }

  // Where this file has got to, unless it is on its way from here already. The line that says so gives way to the new one.
  function begunBefore(file) {
    const place = places.of(file);
    if (!place || [...uploads.values()].some((upload) => upload.place === place)) return "";
    list.querySelector(`[data-file="${CSS.escape(idOf(place))}"]`)?.remove();
    return place;
  }

  function take(files) {
    const room = Number(say.most) - rows().filter((item) => !["refused", "failed", "unfinished"].includes(item.dataset.state)).length;
    [...files].slice(0, Math.max(0, room)).forEach(start);
    if (files.length > room) announce(say.sayTooMany);
  }

  async function remove(item) {
    const name = item.dataset.name;
    const next = item.nextElementSibling?.querySelector("button") ?? item.previousElementSibling?.querySelector("button") ?? input;
    const upload = uploads.get(item);
    uploads.delete(item);
    item.remove();
    next.focus();
    announce(said(say.sayRemoved, name));
    changed();
    if (upload) places.keep(upload.file, "");
    if (upload) await upload.remove();
    else await fetch(`/messages/files/${item.dataset.file}/`, { method: "DELETE", headers: { ...TUS, "X-CSRFToken": token } }).catch(() => {});
  }

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (event.target.closest("[data-remove]")) {
      event.preventDefault();
      remove(item);
    } else if (event.target.closest("[data-again]")) {
      item.querySelector("[data-again]").remove();
      uploads.get(item).run();
    }
  });
  // Files that are pasted or dropped where one writes.
  form.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  });
  form.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  form.addEventListener("attachments:sent", () => {
    for (const item of rows()) if (item.dataset.state === "ready") item.remove();
    changed();
  });
  places.keepOnly(rows().flatMap((item) => (item.dataset.state === "unfinished" ? [item.dataset.file] : [])));
  changed();
}

for (const root of document.querySelectorAll("[data-attachments]")) enhance(root);
