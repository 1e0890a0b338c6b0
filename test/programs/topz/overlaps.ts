import type { Page } from 'playwright-core';

/**
 * What of a page lies upon each other, is cut off sideways or sticks out of the window, in words; nothing if all is
 * well. Looked at are the pieces that are drawn: words of text as far as their boxes show them, graphs, bars and
 * controls.
 */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${look})()`);
}

/** Runs in the browser. */
const look = `() => {
  const clip = (rect, element) => {
    let { left, top, right, bottom } = rect;
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      if (getComputedStyle(at).overflow === 'visible') continue;
      const box = at.getBoundingClientRect();
      [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
      [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }
    return { left, top, right, bottom };
  };
  const pieces = [];
  const add = (element, name, rect) => {
    const box = clip(rect, element);
    // What is off the window's lower edge is looked at as well; boxes of a pixel are there for screen readers.
    if (box.right - box.left > 1 && box.bottom - box.top > 1) pieces.push({ element, name, ...box });
  };
  const root = document.querySelector('dialog[open]') ?? document.body;
  for (const element of root.querySelectorAll('*')) {
    if (!element.checkVisibility() || element.closest('svg')?.contains(element.parentElement)) continue;
    if (root === document.body && element.closest('dialog')) continue;
    if (element.matches('button, input, select, svg, img, .bar')) {
      add(element, element.className.baseVal ?? (element.id || element.className || element.tagName), element.getBoundingClientRect());
    } else {
      for (const node of element.childNodes) {
        if (node.nodeType !== 3 || !node.data.trim() || element.closest('button, select')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) add(element, node.data.trim().slice(0, 30), rect);
      }
    }
  }
  const found = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push('the page is ' + wide + ' px wider than the window');
  pieces.sort((a, b) => a.top - b.top);
  for (const [i, a] of pieces.entries()) {
    for (const b of pieces.slice(i + 1)) {
      if (b.top >= a.bottom - 1) break;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1 && a.element !== b.element) found.push(a.name + ' and ' + b.name);
    }
  }
  for (const figure of root.querySelectorAll('#rows .line:not([hidden]) :is(.pid, .cpu, .rss, .share, .threads, .files, .age), .value')) {
    if (figure.checkVisibility() && figure.scrollWidth > figure.clientWidth) found.push(figure.textContent + ' is cut off');
  }
  for (const line of root.querySelectorAll('#rows .process:not([hidden])')) {
    const { left } = line.querySelector('.program').getBoundingClientRect();
    const room = line.querySelector('.cell.command').getBoundingClientRect().right - left;
    if (room < 30) found.push(line.querySelector('.program').textContent + ' has ' + Math.round(room) + ' px');
  }
  return [...new Set(found)];
}`;
