// Makes a long list a field to type in: <div data-choose data-choose-none="…"> around a label and a <select>.
// The select stays in the form and holds the value; without this script it is what people use.
// An option may carry other words for it in data-also: it is found by them too.

const MOST_SHOWN = 12;

function fold(text) {
  return text
    .toLowerCase()
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

function optionsOf(select) {
  return [...select.options]
    .filter((option) => option.value)
    .map((option) => ({
      value: option.value,
      label: option.label,
      group: option.parentElement.tagName === "OPTGROUP" ? option.parentElement.label : "",
      words: fold(`${option.label} ${option.dataset.also ?? ""}`).trim(),
    }));
}

function fitting(options, text) {
  const wanted = fold(text).split(/\s+/).filter(Boolean);
  const found = options.filter((option) => wanted.every((word) => option.words.includes(word)));
  const start = fold(text.trim());
  // First what begins with it, then what has a word that does, then the rest; alphabetically within each.
  const rank = ({ words }) => (words.startsWith(start) ? 0 : words.includes(` ${start}`) ? 1 : 2);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_SHOWN);
}

function enhance(box) {
  const select = box.querySelector("select");
  const label = box.querySelector("label");
  if (!select || !label) return;
  const options = optionsOf(select);
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const none = document.createElement("p");
  let shown = [];
  let active = -1;

  const wrap = document.createElement("div");
  wrap.className = "nw-choose";
  input.type = "text";
  input.className = "ds-input";
  input.id = `${select.id}-choose`;
  input.autocomplete = "off";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", `${select.id}-list`);
  if (select.getAttribute("aria-describedby")) {
    input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  }
  list.id = `${select.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label.textContent.trim());
  list.hidden = true;
  none.className = "nw-soft nw-sm";
  none.setAttribute("role", "status");
  input.value = select.value ? select.selectedOptions[0].label : "";
  select.hidden = true;
  label.htmlFor = input.id;
  select.after(wrap);
  wrap.append(input, list, none);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function draw() {
    shown = fitting(options, input.value);
    list.replaceChildren(
      ...shown.map((option, index) => {
        const item = document.createElement("li");
        item.id = `${select.id}-option-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(index === active));
        item.append(option.label);
        if (option.group) {
          const group = document.createElement("span");
          group.className = "nw-soft nw-sm";
          group.textContent = option.group;
          item.append(group);
        }
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          choose(option);
        });
        return item;
      }),
    );
    none.textContent = shown.length ? "" : box.dataset.chooseNone;
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", `${select.id}-option-${active}`);
      list.children[active]?.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function choose(option) {
    select.value = option.value;
    input.value = option.label;
    none.textContent = "";
    close();
  }

  input.addEventListener("input", () => {
    select.value = "";
    active = -1;
    draw();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = list.hidden ? fitting(options, input.value).length : shown.length;
      active = count ? (list.hidden && step > 0 ? 0 : (active + step + count) % count) : -1;
      draw();
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      choose(shown[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => {
    // A word typed out in full is meant, whether or not it was picked from the list.
    const same = options.find((option) => fold(option.label) === fold(input.value.trim()));
    if (!select.value && same) choose(same);
    close();
  });
}

for (const box of document.querySelectorAll("[data-choose]")) enhance(box);
