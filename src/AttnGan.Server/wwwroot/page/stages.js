import { byId, make, paint, percent } from './dom.js';
import { overlay, placeRange, wordsAt } from './heatmap.js';

const shownWords = 6;

/** The stages side by side. Each shows its attention: to the highlighted word, at a marked place, or overall. */
export class Stages {
  #root = byId('stages');
  #highlight;
  #panels = [];
  #place = null;
  #announce;

  /** @param {{highlight: import('./highlight.js').Highlight, announce: (text: string) => void}} options announce: for screen readers. */
  constructor({ highlight, announce }) {
    this.#highlight = highlight;
    this.#announce = announce;
    highlight.onChange((index) => this.#paint(index));
  }

  show(image) {
    const panels = panelsOf(image);
    this.#prepare(panels.map(({ attention }) => Boolean(attention)));
    panels.forEach((panel, i) => this.#fill(this.#panels[i], panel, image, i));
    this.#root.classList.remove('stale');
    this.#paint(this.#highlight.index);
    this.#rank();
    byId('place-hint').hidden = !panels.some(({ attention }) => attention);
  }

  /**
   * Shows the first stages of an image while the others are computed: panels of later stages show the last one enlarged, so that the
   * image becomes sharper with each stage.
   * @param {object} image The image with the stages so far.
   * @param {number} count Number of stages.
   */
  sharpen(image, count) {
    const { stages, attention } = image;
    if (stages.length >= count) {
      return;
    }

    this.#prepare(Array.from({ length: count }, (_, i) => i > 0));
    this.#panels.forEach((panel, i) => {
      this.#fill(panel, { image: stages[Math.min(i, stages.length - 1)], attention: attention[i - 1] }, image, i);
      panel.figure.classList.toggle('pending', i >= stages.length);
    });
    this.#root.classList.remove('stale');
    this.#paint(this.#highlight.index);
    this.#rank();
  }

  /** Creates the panels, unless there are the same ones. @param {boolean[]} attends */
  #prepare(attends) {
    if (attends.length === this.#panels.length && attends.every((each, i) => each === this.#panels[i].attends)) {
      return;
    }

    this.#panels = attends.map((each, i) => this.#build(i, each));
    this.#root.dataset.count = attends.length;
    this.#root.replaceChildren(...this.#panels.map(({ figure }) => figure));
  }

  /** Marks the images as those of an earlier caption. */
  markStale() {
    this.#root.classList.add('stale');
  }

  clear() {
    this.#panels = [];
    this.#root.replaceChildren();
    byId('place-hint').hidden = true;
  }

  /** Removes the mark of a place. */
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
        make('p', { class: 'plain' }, 'Generated from the sentence feature alone.'));
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

  #fill(panel, { image, attention }, { caption, seed, style }, index) {
    Object.assign(panel, { image, attention, number: index + 1 });
    panel.figure.classList.remove('pending');
    const inStyle = style ? `, style ${style}` : '';
    panel.canvas.setAttribute('aria-label', `${caption}, ${image.size} pixels, seed ${seed}${inStyle}`);
    panel.caption.replaceChildren(make('strong', {}, `${image.size}`), ` pixels${inStyle}`);
    if (panel.attends) {
      panel.frame.setAttribute(
        'aria-label', `Stage ${index + 1}: arrow keys mark a place to see the words that it attends to, Escape clears the mark`);
    }
  }

  #paint(highlighted) {
    for (const { canvas, image, attention } of this.#panels) {
      const map = highlighted === null ? null : attention?.maps[highlighted];
      paint(canvas, map ? overlay(image.rgba, image.size, map) : image.rgba, image.size);
    }

    for (const item of this.#root.querySelectorAll('.ranking li')) {
      item.classList.toggle('highlighted', Number(item.dataset.index) === highlighted);
    }

    const name = this.#panels.find(({ attention }) => attention)?.attention.topWords.find(({ index }) => index === highlighted)?.word;
    byId('legend').hidden = name === undefined;
    byId('legend-word').textContent = name ?? '';
  }

  #rank() {
    for (const panel of this.#panels.filter(({ attention }) => attention)) {
      const { attention, ranking, heading, marker, clear } = panel;
      const words = this.#place ? wordsAt(attention, this.#place) : attention.topWords;
      heading.replaceChildren(
        make('span', { class: 'of-stage' }, `${panel.image.size} pixels, `),
        make('span', {}, this.#place ? 'at the marked place' : 'most attended words'));
      ranking.dataset.kind = this.#place ? 'place' : 'stage';
      clear.hidden = marker.hidden = !this.#place;
      ranking.replaceChildren(...words.slice(0, shownWords).map((word) => this.#item(word)));
      if (this.#place) {
        const [columns, rows] = [placeRange(this.#place.x, attention.size), placeRange(this.#place.y, attention.size)];
        const percentage = (cells) => `${cells / attention.size * 100}%`;
        Object.assign(marker.style, {
          left: percentage(columns.first),
          top: percentage(rows.first),
          width: percentage(columns.width),
          height: percentage(rows.width),
        });
      }
    }
  }

  #item({ index, word, weight }) {
    const bar = make('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', weight);
    const item = make('li', { 'data-index': index },
      make('span', { class: 'name' }, word), ' ', make('span', { class: 'share' }, percent(weight)), bar);
    item.classList.toggle('highlighted', index === this.#highlight.index);
    this.#highlight.bind(item, index);
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
    } else if (steps[event.key] && panel.attention) {
      event.preventDefault();
      const step = 1 / panel.attention.size;
      const [right, down] = steps[event.key];
      const place = this.#place ?? { x: 0.5, y: 0.5 };
      this.#mark(this.#place ? { x: place.x + right * step, y: place.y + down * step } : place, panel);
    }
  }

  #mark({ x, y }, panel) {
    if (!panel.attention) {
      return;
    }

    const clamp = (value) => Math.min(Math.max(value, 1 / 16), 15 / 16);
    this.#place = { x: clamp(x), y: clamp(y) };
    this.#rank();
    const words = wordsAt(panel.attention, this.#place).slice(0, 3);
    this.#announce(`Here: ${words.map(({ word, weight }) => `${word} ${percent(weight)}`).join(', ')}.`);
  }
}

/** One panel per stage. Models that generate only their last stage show it once for each refinement stage. */
function panelsOf({ stages, attention }) {
  return stages.length > attention.length || attention.length === 0
    ? stages.map((image, i) => ({ image, attention: attention[i - (stages.length - attention.length)] }))
    : attention.map((stage) => ({ image: stages.at(-1), attention: stage }));
}
