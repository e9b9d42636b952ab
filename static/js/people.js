// The search page without reloading: ticking a filter, sorting, another view or page change the result in place.
// Everything is a form or a link that works alone; htmx fetches the same page's result, and this file minds the rest:
// which links it takes, where focus goes, what is said aloud, and the filters as a sheet on phones.

const region = () => document.getElementById("found");
// The address loses its fragment when a box is ticked, but the sheet stays the target until a step to another one.
const isSheetOpen = () => !matchMedia("(width >= 62rem)").matches && document.querySelector("#filters:target") !== null;

// What is to have focus after the next change; nothing when the reader stays where they are.
let focusAfter = null;

function say(words) {
  document.getElementById("found-status").textContent = words;
}

function closeSheet() {
  if (!isSheetOpen()) return;
  location.replace("#results");
  history.replaceState({ htmx: true }, "", location.pathname + location.search);
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[data-swap], .ds-pagination a, .nw-map a, #found .ds-table a[data-swap]");
  if (!link || !link.closest("#bank") || !window.htmx) return;
  event.preventDefault();
  focusAfter = "#results";
  window.htmx.ajax("GET", link.getAttribute("href"), { target: "#found", source: "#bank" });
});

// "Show 38 people" and the search button: the result is what the reader waits for. Else it is the values of a facet.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "filters") return;
  const typedIn = document.activeElement?.name ?? "";
  const facet = event.submitter?.name === "more" ? event.submitter.value : typedIn.endsWith("_find") ? typedIn.slice(0, -5) : "";
  focusAfter = facet ? `#filters [name="${facet}"]` : "#results";
});

// A span of years is asked for when both ends are there; one end alone waits for the button.
document.addEventListener(
  "change",
  (event) => {
    const { form, name } = event.target;
    if (form?.id !== "filters" || !["year_from", "year_to"].includes(name)) return;
    if (!form.elements.year_from.value || !form.elements.year_to.value) event.stopPropagation();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isSheetOpen()) closeSheet();
});

// The reader typed other words and then ticked a box: both count. An empty year is no part of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const parameters = event.detail.parameters;
  for (const name of ["q", "year_from", "year_to"]) {
    if (parameters[name] === "") delete parameters[name];
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches("[data-keep]")) say(event.detail.elt.getAttribute("aria-label"));
  if (event.target !== region()) return;
  showWherePeopleAre();
  say(document.getElementById("results")?.textContent ?? "");
  rememberAddress();
  if (!focusAfter) return;
  const target = document.querySelector(focusAfter);
  if (focusAfter === "#results") closeSheet();
  target?.focus({ preventScroll: focusAfter !== "#results" });
  focusAfter = null;
});

// Without an answer the plain way is left: load the page.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.target === region()) location.assign(event.detail.pathInfo.finalRequestPath);
  });
}

// A map that is wider than the screen begins where the people are, not at its edge.
function showWherePeopleAre() {
  const box = document.querySelector(".nw-maps");
  const discs = [...(box?.querySelectorAll("a") ?? [])].map((disc) => {
    const { left, width } = disc.querySelector("circle").getBoundingClientRect();
    return { at: left + width / 2, people: Number(disc.textContent) };
  });
  if (!discs.length || box.scrollWidth <= box.clientWidth) return;
  const everybody = discs.reduce((sum, disc) => sum + disc.people, 0);
  const middle = discs.reduce((sum, disc) => sum + disc.at * disc.people, 0) / everybody;
  const { left, width } = box.getBoundingClientRect();
  box.scrollBy({ left: middle - left - width / 2, behavior: "instant" });
}
showWherePeopleAre();

document.addEventListener("htmx:historyRestore", () => {
  const words = new URLSearchParams(location.search).get("q") ?? "";
  const field = document.getElementById("q");
  if (field) field.value = words;
});

// Forms elsewhere on the page come back to "here"; here has moved.
function rememberAddress() {
  for (const field of document.querySelectorAll('input[name="next"]')) field.value = location.pathname + location.search;
}
document.addEventListener("htmx:pushedIntoHistory", rememberAddress);
