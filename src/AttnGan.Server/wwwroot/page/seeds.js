import { byId, make, paint } from './dom.js';
import { randomSeed, readSeed, seedsFrom } from './seed.js';

const count = 8;

/** Thumbnails of one caption with several seeds. One seed can be locked, to compare captions. */
export class Seeds {
  #items = new Map();
  #tried = [];
  #choose;
  #onLocked;
  #recall;

  seeds = [];
  current = 0;
  isLocked = false;

  /**
   * @param {{onChoose: (seed: number) => void, onNew: () => void, onLock: () => void, onRecall: (caption: string) => void}} options
   */
  constructor({ onChoose, onNew, onLock, onRecall }) {
    this.#choose = onChoose;
    this.#onLocked = onLock;
    this.#recall = onRecall;
    byId('new-seeds').addEventListener('click', () => {
      this.#startAt(randomSeed());
      onNew();
    });
    byId('lock').addEventListener('click', () => this.#lock(!this.isLocked));
    byId('seed').addEventListener('change', () => {
      const seed = readSeed(byId('seed').value);
      if (seed === null) {
        byId('seed').value = this.current;
      } else {
        onChoose(seed);
      }
    });
  }

  /** Selects a seed. If it is among the current seeds, the others stay. */
  select(seed) {
    if (seed !== this.current && this.isLocked) {
      this.#lock(false);
    }

    this.current = seed;
    byId('seed').value = seed;
    if (!this.seeds.includes(seed)) {
      this.#startAt(seed);
    }

    this.#mark();
  }

  /** Marks the thumbnails as those of an earlier caption. */
  markStale() {
    byId('seed-list').classList.add('stale');
  }

  /** Shows the thumbnail of a seed, and its style if there is one. */
  show(seed, { style, stages }) {
    const item = this.#items.get(seed);
    if (item) {
      const { rgba, size } = stages.at(-1);
      paint(item.canvas, rgba, size);
      item.style.textContent = style ?? '';
      item.canvas.classList.add('loaded');
    }
  }

  /** Marks the thumbnails as current. With a locked seed, the caption joins those that were tried. */
  settle(caption, image) {
    byId('seed-list').classList.remove('stale');
    if (!this.isLocked || this.#tried[0]?.caption === caption) {
      return;
    }

    this.#tried = [{ caption, image }, ...this.#tried.filter((tried) => tried.caption !== caption)].slice(0, count);
    byId('tried').hidden = this.#tried.length < 2;
    byId('tried-list').replaceChildren(...this.#tried.map((tried) => {
      const canvas = make('canvas', { class: 'loaded', 'aria-hidden': 'true' });
      paint(canvas, tried.image.rgba, tried.image.size);
      return make('li', {}, make('button', { type: 'button', click: () => this.#recall(tried.caption) },
        canvas, make('span', { class: 'label' }, tried.caption)));
    }));
  }

  #startAt(seed) {
    this.seeds = seedsFrom(seed, count, this.isLocked ? this.current : null);
    if (!this.isLocked) {
      this.current = seed;
      byId('seed').value = seed;
    }

    this.#items.clear();
    byId('seed-list').replaceChildren(...this.seeds.map((number) => {
      const canvas = make('canvas', { 'aria-hidden': 'true', width: 64, height: 64 });
      const style = make('span', { class: 'label' });
      const button = make('button', { type: 'button', 'aria-pressed': 'false', click: () => this.#choose(number) },
        canvas, make('span', { class: 'label' }, make('span', { class: 'visually-hidden' }, 'Seed '), String(number)), ' ', style);
      this.#items.set(number, { canvas, button, style });
      return make('li', {}, button);
    }));
    this.#mark();
  }

  #mark() {
    for (const [seed, { button }] of this.#items) {
      button.setAttribute('aria-pressed', String(seed === this.current));
      button.classList.toggle('locked', this.isLocked && seed === this.current);
    }
  }

  #lock(isLocked) {
    this.isLocked = isLocked;
    byId('lock').setAttribute('aria-pressed', String(isLocked));
    byId('lock').textContent = isLocked ? 'Locked' : 'Lock';
    this.#tried = [];
    byId('tried').hidden = true;
    this.#mark();
    if (isLocked) {
      this.#onLocked();
    }
  }
}
