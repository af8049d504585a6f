import { byId, make, paint, percent } from './dom.js';
import { overlay, placeRange, wordsAt } from './heatmap.js';

const shownWords = 6;

/** The stages side by side, with what each looked at: at the lit word, at a marked place, or most. */
export class Stages {
  #root = byId('stages');
  #light;
  #panels = [];
  #place = null;
  #say;

  /** @param {{light: import('./light.js').Light, say: (text: string) => void}} options say: tells readers of screens. */
  constructor({ light, say }) {
    this.#light = light;
    this.#say = say;
    light.onChange((index) => this.#paint(index));
  }

  show(image) {
    const panels = panelsOf(image);
    if (panels.length !== this.#panels.length || panels.some((panel, i) => Boolean(panel.attention) !== Boolean(this.#panels[i].attention))) {
      this.#panels = panels.map((panel, i) => this.#build(i, Boolean(panel.attention)));
      this.#root.dataset.count = panels.length;
      this.#root.replaceChildren(...this.#panels.map(({ figure }) => figure));
    }

    panels.forEach((panel, i) => this.#fill(this.#panels[i], panel, image, i));
    this.#root.classList.remove('stale');
    this.#paint(this.#light.lit);
    this.#rank();
    byId('place-hint').hidden = !panels.some(({ attention }) => attention);
  }

  /** The images are not of the caption that stands there now. */
  fade() {
    this.#root.classList.add('stale');
  }

  clear() {
    this.#panels = [];
    this.#root.replaceChildren();
    byId('place-hint').hidden = true;
  }

  /** Forgets the marked place. */
  unmark() {
    this.#place = null;
    this.#rank();
  }

  #build(index, attends) {
    const canvas = make('canvas', { role: 'img' });
    const panel = { canvas, attends };
    const caption = make('figcaption');
    panel.caption = caption;
    if (!attends) {
      panel.frame = make('div', { class: 'frame' }, canvas);
      panel.figure = make('figure', { class: 'stage' }, panel.frame, caption,
        make('p', { class: 'plain' }, 'Drawn from the sentence as a whole.'));
      return panel;
    }

    panel.marker = make('div', { class: 'marker', 'aria-hidden': 'true', hidden: true });
    panel.frame = make('div', {
      class: 'frame attends',
      role: 'application',
      tabindex: '0',
      click: (event) => this.#press(event, panel),
      keydown: (event) => this.#key(event, panel),
    }, canvas, panel.marker);
    panel.heading = make('h3', { id: `ranking-${index}` });
    panel.clear = make('button', { class: 'clear', type: 'button', hidden: true, click: () => this.unmark() }, 'unmark');
    panel.ranking = make('ol', { class: 'ranking', 'aria-labelledby': `ranking-${index}` });
    panel.figure = make('figure', { class: 'stage' }, panel.frame, caption,
      make('div', { class: 'ranking-head' }, panel.heading, panel.clear), panel.ranking);
    return panel;
  }

  #fill(panel, { picture, attention }, { caption, seed }, index) {
    Object.assign(panel, { picture, attention, number: index + 1 });
    panel.canvas.setAttribute('aria-label', `${caption}, ${picture.size} pixels, seed ${seed}`);
    panel.caption.replaceChildren(make('strong', {}, `${picture.size}`), ' pixels');
    if (attention) {
      panel.frame.setAttribute(
        'aria-label', `Stage ${index + 1}: arrow keys mark a place to see the words looked at there, Escape unmarks`);
    }
  }

  #paint(lit) {
    for (const { canvas, picture, attention } of this.#panels) {
      const map = lit === null ? null : attention?.maps[lit];
      paint(canvas, map ? overlay(picture.rgba, picture.size, map) : picture.rgba, picture.size);
    }

    for (const item of this.#root.querySelectorAll('.ranking li')) {
      item.classList.toggle('lit', Number(item.dataset.index) === lit);
    }

    const name = this.#panels.find(({ attention }) => attention)?.attention.topWords.find(({ index }) => index === lit)?.word;
    byId('legend').hidden = name === undefined;
    byId('legend-word').textContent = name ?? '';
  }

  #rank() {
    for (const panel of this.#panels.filter(({ attention }) => attention)) {
      const { attention, ranking, heading, marker, clear } = panel;
      const words = this.#place ? wordsAt(attention, this.#place) : attention.topWords;
      heading.replaceChildren(
        make('span', { class: 'of-stage' }, `${panel.picture.size} pixels, `),
        make('span', {}, this.#place ? 'at the marked place' : 'looked at most'));
      ranking.dataset.kind = this.#place ? 'place' : 'stage';
      clear.hidden = marker.hidden = !this.#place;
      ranking.replaceChildren(...words.slice(0, shownWords).map((word) => this.#item(word)));
      if (this.#place) {
        const [columns, rows] = [placeRange(this.#place.x, attention.size), placeRange(this.#place.y, attention.size)];
        const share = (cells) => `${cells / attention.size * 100}%`;
        Object.assign(marker.style, {
          left: share(columns.first), top: share(rows.first), width: share(columns.width), height: share(rows.width),
        });
      }
    }
  }

  #item({ index, word, weight }) {
    const bar = make('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', weight);
    const item = make('li', { 'data-index': index },
      make('span', { class: 'name' }, word), ' ', make('span', { class: 'share' }, percent(weight)), bar);
    item.classList.toggle('lit', index === this.#light.lit);
    this.#light.follow(item, index);
    return item;
  }

  #press({ clientX, clientY }, panel) {
    const box = panel.canvas.getBoundingClientRect();
    this.#mark({ x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height }, panel);
  }

  #key(event, panel) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Enter: [0, 0], ' ': [0, 0] };
    if (event.key === 'Escape') {
      this.unmark();
    } else if (steps[event.key]) {
      event.preventDefault();
      const step = 1 / panel.attention.size;
      const [right, down] = steps[event.key];
      const place = this.#place ?? { x: 0.5, y: 0.5 };
      this.#mark(this.#place ? { x: place.x + right * step, y: place.y + down * step } : place, panel);
    }
  }

  #mark({ x, y }, panel) {
    const within = (value) => Math.min(Math.max(value, 1 / 16), 15 / 16);
    this.#place = { x: within(x), y: within(y) };
    this.#rank();
    const words = wordsAt(panel.attention, this.#place).slice(0, 3);
    this.#say(`Here: ${words.map(({ word, weight }) => `${word} ${percent(weight)}`).join(', ')}.`);
  }
}

/** A panel a stage; models that draw the last stage alone show it once for each time that they look at words. */
function panelsOf({ stages, attention }) {
  return stages.length > attention.length || attention.length === 0
    ? stages.map((picture, i) => ({ picture, attention: attention[i - (stages.length - attention.length)] }))
    : attention.map((stage) => ({ picture: stages.at(-1), attention: stage }));
}
