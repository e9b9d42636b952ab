// How each text on the page, or in the parts that fit `only`, is coloured: its own colour, size and weight, and every ground
// under it. What of these axe has passed once it passes everywhere, so it need not be asked again.
(only) => {
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none" && opacity === "1";
      const below = ground(element.parentElement);
      grounds.set(element, own ? below : `${below}|${backgroundColor} ${backgroundImage} ${opacity}`);
    }
    return grounds.get(element);
  };
  const hasText = (element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const found = new Set();
  for (const element of document.querySelectorAll(only ? `:is(${only}), :is(${only}) *` : "body *")) {
    if (!hasText(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
    // A link in a text is told from it by more than its colour.
    const around = element.matches("a") ? getComputedStyle(element.parentElement).color : "";
    found.add([color, fontSize, fontWeight, textDecorationLine, textShadow, around, ground(element)].join(" "));
  }
  return [...found];
}
