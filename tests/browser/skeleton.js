// What a page is made of, with a number in place of every text: equal texts have the same. Two pages with one skeleton are the
// same to all rules of axe's but those that read colours: none of them reads what a text says, only whether there is one and
// whether two are equal. Of where things stand, its rules read whether a target is large enough and whether a part scrolls.
() => {
  const numbering = () => {
    const numbers = new Map([["", 0]]);
    return (text) => {
      const words = text.trim();
      if (!numbers.has(words)) numbers.set(words, numbers.size);
      return numbers.get(words);
    };
  };
  const ofText = numbering();
  const ofAddress = numbering();
  const WORDS = /^(alt|title|placeholder|label|aria-label|aria-description|aria-roledescription)$/;
  const ADDRESS = /^(href|src)$/;
  const ANY = /^(value|content|datetime|action|formaction)$/;
  // "aria-current" marks another button in each language; that its value is one there is, axe is asked for in the first.
  const SILENT = /^(class|nonce|aria-current|data-.*|hx-.*)$/;
  const OURS = /^(nn|nb|en)$/;
  const LEAST = 24;
  const attribute = ({ name, value }) => {
    if (SILENT.test(name)) return "";
    if (WORDS.test(name)) return ` ${name}=${ofText(value)}`;
    if (ADDRESS.test(name)) return ` ${name}=${ofAddress(value)}`;
    if (ANY.test(name)) return ` ${name}=${value.trim() ? 1 : 0}`;
    return ` ${name}=${name === "lang" && OURS.test(value) ? "ours" : value}`;
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
  const parts = [];
  const walk = (element) => {
    // The choice of language names the other two, which are others in each.
    const isNameOfLanguage = element.name === "language" && OURS.test(element.value);
    const attributes = [...element.attributes].map(attribute).join("");
    parts.push(`<${element.localName}${attributes}`, document.body.contains(element) ? layout(element) : "");
    for (const node of element.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) walk(node);
      else if (node.nodeType === Node.TEXT_NODE && node.data.trim()) parts.push(isNameOfLanguage ? "t" : `t${ofText(node.data)}`);
    }
    parts.push(">");
  };
  walk(document.documentElement);
  return parts.join("");
}
