import { keep, recall } from './memory.mjs';

const themes = ['auto', 'light', 'dark'];

/** A click on the button switches to the next theme; `auto` follows the system. @param {HTMLElement} button */
export function offerThemes(button) {
  let theme = recall('theme') ?? 'auto';
  const apply = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `◐ ${theme}`;
    button.setAttribute('aria-label', `Theme: ${theme}`);
  };
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    keep('theme', theme);
    apply();
  });
  apply();
}
