// What is wrong with the frame of a page: headings, language, title, order, width, pictures, ids. Called with its language.
(language) => {
  const problems = [];
  const root = document.documentElement;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const headings = [...document.querySelectorAll("h1")].filter(shown);
  if (headings.length !== 1) problems.push(`${headings.length} h1`);
  if (root.lang !== language) problems.push(`lang is ${root.lang}`);
  if (!/^\S.* – \S+/.test(document.title)) problems.push(`title is “${document.title}”`);
  const first = document.querySelector("a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])");
  if (!first?.matches("a.ds-skip-link[href='#main']")) problems.push(`first stop is ${first?.outerHTML.slice(0, 80)}`);
  if (!document.getElementById("main")) problems.push("no #main");
  const over = root.scrollWidth - root.clientWidth;
  if (over > 0) {
    const isTooWide = (element) => element.getBoundingClientRect().right > root.clientWidth + 1;
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => shown(element) && isTooWide(element) && !element.closest(".nw-scroll"),
    );
    problems.push(`scrolls ${over}px sideways: ${wide.slice(-1)[0]?.outerHTML.slice(0, 120)}`);
  }
  for (const image of document.images) {
    if (!image.hasAttribute("width") || !image.hasAttribute("height")) problems.push(`image without size: ${image.src}`);
    if (image.complete && !image.naturalWidth && image.src) problems.push(`image not there: ${image.src}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const doubled = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (doubled.length) problems.push(`ids twice: ${[...new Set(doubled)].join(" ")}`);
  for (const use of document.querySelectorAll("use")) {
    const isDrawn = use.getBoundingClientRect().width || !shown(use.closest("svg"));
    if (!isDrawn) problems.push(`icon not drawn: ${use.getAttribute("href")}`);
  }
  return problems;
}
