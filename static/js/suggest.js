// Suggestions under a search field: the combobox pattern of the ARIA Authoring Practices, with a list box.
// <input data-suggest="/people/suggest/" data-suggest-label="Suggestions">; without this file the field is a plain one.

const WAIT = 180;
const SHORTEST = 2;

function enhance(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "nw-suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  list.setAttribute("data-color-scheme", "auto");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }

  let timer;
  let asking;
  let current = -1;
  const options = () => [...list.querySelectorAll('[role="option"]')];

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    current = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === current)));
    if (current < 0) return;
    input.setAttribute("aria-activedescendant", all[current].id);
    all[current].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed.length < SHORTEST) return close();
    asking?.abort();
    asking = new AbortController();
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return close();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (document.activeElement !== input) return;
      list.replaceChildren(...page.body.children);
    } catch (error) {
      if (error.name !== "AbortError") close();
      return;
    }
    options().forEach((option, place) => {
      option.id = `${list.id}-${place}`;
    });
    current = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !options().length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown") ask();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? current + 1 : current < 0 ? -1 : current - 1);
    } else if (event.key === "Enter" && current >= 0) {
      event.preventDefault();
      location.assign(options()[current].dataset.url);
    } else if (event.key === "Enter") {
      close();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  // On press, not on click: by then the field has lost focus and the list is gone.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest('[role="option"]');
    if (option && event.button === 0) location.assign(option.dataset.url);
  });
}

for (const input of document.querySelectorAll("input[data-suggest]")) enhance(input);
