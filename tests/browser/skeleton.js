// What a page is made of, told as one number. Two pages with one skeleton are the same to all rules of axe's but those that read
// colours. Of a text they read only whether there is one; of names, whether two are equal (landmarks and frames have names of
// their own) and whether a picture's repeats the words it stands in; of ids, which belong together. Of where things stand, they
// read whether a target is large enough and whether a part scrolls.
() => {
  const numbering = () => {
    const numbers = new Map([["", 0]]);
    return (text) => {
      const words = text.trim();
      if (!numbers.has(words)) numbers.set(words, numbers.size);
      return numbers.get(words);
    };
  };
  const ofName = numbering();
  const ofId = numbering();
  const NAME = /^(aria-label|title)$/;
  const IDS = /^(id|for|form|list|headers|aria-(labelledby|describedby|details|controls|owns|flowto|activedescendant|errormessage))$/;
  const ANY = /^(alt|placeholder|label|aria-description|aria-roledescription|value|content|datetime|action|formaction|href|src|srcset)$/;
  // "aria-current" marks another button in each language; that its value is one there is, axe is asked for in the first.
  // Nor does a rule read which of several is chosen.
  const SILENT = /^(class|nonce|aria-current|checked|data-.*|hx-.*)$/;
  const OURS = /^(nn|nb|en)$/;
  const LEAST = 24;
  // Where axe looks for the words that a picture may repeat.
  const AROUND = "button, [role=button], a[href], p, li, td, th";
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  const attribute = ({ name, value }) => {
    if (SILENT.test(name)) return "";
    if (NAME.test(name)) return ` ${name}=${ofName(value)}`;
    if (name === "href" && value.startsWith("#")) return ` ${name}=#${ofId(value.slice(1))}`;
    if (IDS.test(name)) {
      const ids = value.trim().split(/\s+/);
      const named = name === "aria-labelledby" ? `:${ofName(ids.map(text).join(" "))}` : "";
      return ` ${name}=${ids.map(ofId)}${named}`;
    }
    // An "alt" of spaces is none, and not an empty one.
    if (ANY.test(name)) return ` ${name}=${value.trim() ? 1 : value}`;
    return ` ${name}=${name === "lang" && OURS.test(value) ? "ours" : value}`;
  };
  const repeats = (image) => {
    const words = (image.getAttribute("aria-label") || image.alt || image.title).trim().toLowerCase();
    return words && words === image.closest(AROUND)?.innerText.trim().toLowerCase() ? "repeats" : "";
  };
  const layout = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return "-";
    const { width, height } = element.getBoundingClientRect();
    const isTarget = element.matches("a, button, input, select, textarea, summary, label, [role], [tabindex]");
    const { overflowX, overflowY, display, position } = getComputedStyle(element);
    const scrolls =
      (overflowX !== "visible" && element.scrollWidth > element.clientWidth) ||
      (overflowY !== "visible" && element.scrollHeight > element.clientHeight);
    return `${display}${position}${isTarget ? (width >= LEAST) + 2 * (height >= LEAST) : ""}${scrolls ? "s" : ""}`;
  };
  // cyrb53, by bryc, in the public domain: 53 bits, so that two of a thousand skeletons have one number once in 10 000 000 000.
  const hash = (text) => {
    let [h1, h2] = [0xdeadbeef, 0x41c6ce57];
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      h1 = Math.imul(h1 ^ code, 2654435761);
      h2 = Math.imul(h2 ^ code, 1597334677);
    }
    h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
    h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
    return 4294967296 * (2097151 & h2) + (h1 >>> 0);
  };
  const parts = [];
  const walk = (element) => {
    const attributes = [...element.attributes].map(attribute).join("");
    parts.push(`<${element.localName}${attributes}`, document.body.contains(element) ? layout(element) : "");
    if (element.localName === "img") parts.push(repeats(element));
    // What a list offers no rule reads, and it is sorted in each language.
    const inside = element.localName === "select" ? [] : element.childNodes;
    for (const node of inside) {
      if (node.nodeType === Node.ELEMENT_NODE) walk(node);
      else if (node.nodeType === Node.TEXT_NODE && node.data.trim()) parts.push("t");
    }
    parts.push(">");
  };
  walk(document.documentElement);
  return hash(parts.join(""));
}
