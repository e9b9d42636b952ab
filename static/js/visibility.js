// "Who sees what": says the result under each field while boxes are ticked, locks what "Everyone" includes, and counts
// what is not saved yet. The sentences come from the page; without this script the server says them after saving.

const form = document.querySelector("form[data-visibility]");

function boxesOf(field) {
  return [...field.querySelectorAll('input[type="checkbox"]')];
}

// What is chosen underneath "Everyone", so that taking it away brings it back.
function keptOf(field) {
  return [...field.querySelectorAll('input[type="hidden"]')].map((input) => input.value);
}

function keep(field, values) {
  for (const input of field.querySelectorAll('input[type="hidden"]')) input.remove();
  const [first] = boxesOf(field);
  for (const value of values) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = first.name;
    input.value = value;
    first.closest(".nw-chips").append(input);
  }
}

function isEveryone(box) {
  return box.value === "public";
}

function lockBelowEveryone(field, everyone) {
  const others = boxesOf(field).filter((box) => !isEveryone(box) && box.dataset.always === undefined);
  if (everyone.checked) {
    keep(
      field,
      others.filter((box) => box.checked).map((box) => box.value),
    );
    for (const box of others) {
      box.checked = true;
      box.disabled = true;
    }
  } else {
    const kept = keptOf(field);
    keep(field, []);
    for (const box of others) {
      box.disabled = false;
      box.checked = kept.includes(box.value);
    }
  }
}

function joined(words) {
  if (words.length < 2) return words.join("");
  return form.dataset.pair.replace("{0}", words.slice(0, -1).join(", ")).replace("{1}", words.at(-1));
}

function sentence(field) {
  const ticked = boxesOf(field).filter((box) => box.checked);
  if (ticked.some(isEveryone)) return form.dataset.everyone;
  if (ticked.length === 0) return form.dataset.onlyYou;
  if (ticked.length === 1 && ticked[0].value === "norec") return form.dataset.onlyNorec;
  const text = form.dataset.groups.replace("{groups}", joined(ticked.map((box) => box.dataset.word)));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function drawIcon(field) {
  const ticked = boxesOf(field).filter((box) => box.checked);
  const name = ticked.some(isEveryone) ? "Globe" : ticked.length ? "Eye" : "EyeSlash";
  const use = field.querySelector(".nw-seen use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

// Kept choices underneath "Everyone" change nothing for anybody, so they do not count.
function chosen(field, state = "checked") {
  const boxes = boxesOf(field).filter((box) => box[state]);
  return boxes.some(isEveryone) ? "public" : boxes.map((box) => box.value).join(" ");
}

if (form) {
  const fields = [...form.querySelectorAll("[data-choice]")];
  const counter = form.querySelector("[data-changed]");
  const before = new Map(fields.map((field) => [field, chosen(field, "defaultChecked")]));

  function count() {
    const changed = fields.filter((field) => chosen(field) !== before.get(field)).length;
    const words = changed === 1 ? form.dataset.oneChange : form.dataset.changes;
    counter.textContent = changed ? words.replace("{count}", String(changed)) : "";
  }

  form.addEventListener("change", (event) => {
    const field = event.target.closest("[data-choice]");
    if (!field) return;
    if (isEveryone(event.target)) lockBelowEveryone(field, event.target);
    field.querySelector("[data-sentence]").textContent = sentence(field);
    drawIcon(field);
    count();
  });

  // A browser that comes back to the page may restore ticks but not what they lock.
  for (const field of fields) {
    const everyone = boxesOf(field).find(isEveryone);
    if (everyone.checked !== everyone.defaultChecked) lockBelowEveryone(field, everyone);
    field.querySelector("[data-sentence]").textContent = sentence(field);
    drawIcon(field);
  }
  count();
}
