// Before the page is drawn, so that it does not flash in the other colors: light or dark as the reader chose, else as the system says.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem('attngan.theme');
  } catch {
    // Storage may be forbidden; the system's choice holds then.
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
        // It holds until the page is left.
      }

      apply();
    });
  });
})();
