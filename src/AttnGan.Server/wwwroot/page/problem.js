import { byId, make } from './dom.js';

/** Shows an error with its remedy. Retries automatically if the server is busy, or when the network is back. */
export class Problem {
  #box = byId('problem');
  #timer = null;
  #retry;
  #useKey;

  /** @param {{onRetry: () => void, onKey: (key: string) => void}} options */
  constructor({ onRetry, onKey }) {
    this.#retry = onRetry;
    this.#useKey = onKey;
    addEventListener('online', () => this.#box.dataset.kind === 'away' && !this.#box.hidden && onRetry());
  }

  hide() {
    clearTimeout(this.#timer);
    this.#box.hidden = true;
    this.#box.replaceChildren();
  }

  /** @param {import('../backend/errors.js').BackendError} error */
  show(error) {
    clearTimeout(this.#timer);
    const { kind = 'broken', message, detail = '', retryAfter = 0 } = error;
    const lines = [make('p', {}, make('strong', {}, message), detail && detail !== message ? ` ${detail}` : '')];
    if (kind === 'busy') {
      const seconds = make('span', {}, String(retryAfter));
      lines.push(make('p', {}, 'Retrying in ', make('span', { 'aria-hidden': 'true' }, seconds, ' s.'),
        make('span', { class: 'visually-hidden' }, `${retryAfter} seconds.`)));
      this.#countDown(seconds, retryAfter);
    }

    if (kind === 'key') {
      const field = make('input', { type: 'password', autocomplete: 'off', keydown: (event) => event.key === 'Enter' && submit() });
      const submit = () => {
        this.#useKey(field.value);
        this.#retry();
      };
      lines.push(make('label', {}, 'Key ', field), make('button', { type: 'button', click: submit }, 'Use key'));
    } else if (kind !== 'unknown') {
      lines.push(make('button', { type: 'button', click: () => this.#retry() }, kind === 'busy' ? 'Retry now' : 'Retry'));
    }

    this.#box.dataset.kind = kind;
    this.#box.replaceChildren(...lines);
    this.#box.hidden = false;
  }

  #countDown(element, left) {
    this.#timer = setTimeout(() => {
      if (left <= 1) {
        this.#retry();
      } else {
        element.textContent = String(left - 1);
        this.#countDown(element, left - 1);
      }
    }, 1000);
  }
}
