import { tokenize } from '../model/tokenizer.js';
import { byId, make } from './dom.js';

/** The caption field with its words, and suggestions for unknown words. */
export class CaptionView {
  #highlight;
  #unknown = [];

  /** @param {{highlight: import('./highlight.js').Highlight, onInput: () => void, onSubmit: () => void}} options */
  constructor({ highlight, onInput, onSubmit }) {
    this.#highlight = highlight;
    this.field = byId('caption');
    this.field.addEventListener('input', () => {
      this.#mirror();
      onInput();
    });
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) {
        event.preventDefault();
        onSubmit();
      }
    });
    this.submit = onSubmit;
    highlight.onChange(() => this.#mark());
  }

  get text() {
    return this.field.value.replace(/\s+/g, ' ').trim();
  }

  set text(caption) {
    this.field.value = caption;
    this.#mirror();
  }

  get isEmpty() {
    return tokenize(this.field.value).length === 0;
  }

  /** The last word if it is being typed, so that nothing follows it; otherwise null. */
  get lastWord() {
    const last = tokenize(this.field.value).at(-1);
    return last?.end === this.field.value.length ? last.word : null;
  }

  /**
   * @param {{words: string[], readings?: {word: string, known: string}[], unknownWords: {word: string, suggestions: string[]}[],
   *   truncated: boolean}} image
   */
  show({ words, readings = [], unknownWords, truncated }) {
    this.#unknown = unknownWords.map(({ word }) => word);
    this.#mirror();
    const located = locate(this.field.value, words, this.#unknown, readings);
    byId('words').replaceChildren(...located.map((word) => this.#word(word)));
    byId('suggestions').replaceChildren(
      ...readings.map(({ word, known }) => make('p', {}, make('q', {}, word), ', read as ', make('q', {}, known), '.')),
      ...unknownWords.map((unknown) => this.#suggestion(unknown)),
      ...(truncated ? [make('p', {}, `The model reads only the first ${words.length} known words.`)] : []));
    this.#mark();
  }

  /** Offers words to begin an empty caption with. */
  offer(words) {
    this.#unknown = [];
    this.#mirror();
    byId('words').replaceChildren();
    byId('suggestions').replaceChildren(...(words.length === 0 ? [] : [
      make('p', {}, 'Some known words: ', ...spaced(words.map((word) => this.#button(word, () => {
        this.text = [this.text, word].filter(Boolean).join(' ');
      })))),
    ]));
  }

  #word({ text, kind, index }) {
    if (kind !== 'known') {
      return make('span', { class: `word ${kind}` }, text,
        make('span', { class: 'visually-hidden' }, kind === 'unknown' ? ' (unknown)' : ' (not read)'));
    }

    const button = make('button', {
      class: 'word',
      type: 'button',
      'data-index': index,
      'aria-pressed': 'false',
      click: () => this.#highlight.toggle(index),
      focus: () => button.matches(':focus-visible') && this.#highlight.focus(index),
      blur: () => this.#highlight.focus(null),
    }, text);
    this.#highlight.bind(button, index);
    return button;
  }

  #suggestion({ word, suggestions }) {
    const line = make('p', {}, make('q', { class: 'unknown' }, word), ' is unknown');
    if (suggestions.length > 0) {
      line.append('; did you mean ', ...spaced(suggestions.map((suggestion) =>
        this.#button(suggestion, () => this.#replace(word, suggestion), ` instead of ${word}`))), '?');
    } else {
      line.append('.');
    }

    return line;
  }

  #button(word, choose, more = '') {
    return make('button', {
      class: 'suggest',
      type: 'button',
      click: () => {
        choose();
        this.field.focus();
        this.submit();
      },
    }, word, make('span', { class: 'visually-hidden' }, more));
  }

  #replace(word, suggestion) {
    let caption = this.field.value;
    for (const token of tokenize(caption).reverse()) {
      if (token.word === word) {
        caption = caption.slice(0, token.start) + suggestion + caption.slice(token.end);
      }
    }

    this.text = caption;
  }

  #mark() {
    for (const button of byId('words').querySelectorAll('button')) {
      const index = Number(button.dataset.index);
      button.classList.toggle('highlighted', index === this.#highlight.index);
      button.setAttribute('aria-pressed', String(index === this.#highlight.pinned));
    }
  }

  /** Repeats the caption behind the field: it underlines unknown words, and gives the field the height of its text. */
  #mirror() {
    const caption = this.field.value;
    const parts = [];
    let at = 0;
    for (const { word, start, end } of tokenize(caption)) {
      if (this.#unknown.includes(word)) {
        parts.push(caption.slice(at, start), make('span', { class: 'unknown' }, caption.slice(start, end)));
        at = end;
      }
    }

    // A trailing line break needs a character after it to start a line.
    byId('mirror').replaceChildren(...parts, `${caption.slice(at)}\u200b`);
  }
}

/**
 * Finds a caption's words with the kind of each. `truncated` words exceed the number that the model reads. A word that is read as another
 * one is known.
 * @returns {{text: string, kind: 'known' | 'unknown' | 'truncated', index?: number}[]}
 */
export function locate(caption, words, unknown, readings = []) {
  const known = new Map(readings.map((reading) => [reading.word, reading.known]));
  for (const mode of ['Unicode', 'Official', 'Spaces']) {
    let index = 0;
    const located = tokenize(caption, mode).map(({ word, start, end }) => {
      const text = caption.slice(start, end);
      if (unknown.includes(word)) {
        return { text, kind: 'unknown' };
      }

      return index < words.length
        ? { text, kind: (known.get(word) ?? word) === words[index] ? 'known' : 'other', index: index++ }
        : { text, kind: 'truncated' };
    });
    if (index === words.length && located.every(({ kind }) => kind !== 'other')) {
      return located;
    }
  }

  // The caption has changed since, or the model has another tokenizer.
  return [
    ...words.map((text, index) => ({ text, kind: 'known', index })),
    ...unknown.map((text) => ({ text, kind: 'unknown' })),
  ];
}

function spaced(elements) {
  return elements.flatMap((element, i) => (i === 0 ? [element] : [' ', element]));
}
