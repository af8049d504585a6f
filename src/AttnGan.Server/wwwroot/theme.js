// The color theme: the visitor's choice, else the system's. Runs before the first paint, so that the page does not flash in the other
// theme.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem('attngan.theme');
  } catch {
    // Storage may be disabled; the system's theme applies then.
  }

  const isDark = () => (chosen ? chosen === 'dark' : system.matches);
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    document.getElementById('theme')?.setAttribute('aria-pressed', String(isDark()));
  };
  apply();
  system.addEventListener('change', apply);
  document.addEventListener('DOMContentLoaded', () => {
    apply();
    document.getElementById('theme').addEventListener('click', () => {
      chosen = isDark() ? 'light' : 'dark';
      try {
        localStorage.setItem('attngan.theme', chosen);
      } catch {
        // Storage may be disabled; the choice lasts until the page is closed.
      }

      apply();
    });
  });
})();
