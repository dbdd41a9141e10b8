function nodes(children) {
    return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
}

// An element with attributes and children; text is text and never markup. True stands for an attribute without a
// value; false, null and undefined for none, and as a child for nothing.
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === 'function') {
            made.addEventListener(key, value);
        } else if (value !== false && value !== null && value !== undefined) {
            made.setAttribute(key, value === true ? '' : value);
        }
    }
    made.append(...nodes(children));
    return made;
}

// Puts the children into place. What had the focus has it again, found by its `data-focus`.
export function show(into, ...children) {
    const focused = into.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
    into.replaceChildren(...nodes(children));
    into.hidden = into.childNodes.length === 0;
    if (focused !== undefined) {
        into.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    }
}

// A heading that a step begins with: the focus goes there, so that it is read first.
export function stepHeading(text) {
    return element('h2', {tabindex: '-1'}, text);
}
