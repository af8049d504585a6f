// Converts Unicode names of emoji to natural names of the drawings.
import { COLOR_NAMES } from './colors.mjs';

/** More natural names. */
const RENAMED = {
  '1st place medal': 'first place medal', '2nd place medal': 'second place medal',
  '3rd place medal': 'third place medal', 'aerial tramway': 'cable car', 'airplane arrival': 'airplane landing',
  'airplane departure': 'airplane taking off', 'antenna bars': 'signal bars', 'articulated lorry': 'big truck',
  'automobile': 'car', 'backhand index pointing down': 'finger pointing down',
  'backhand index pointing left': 'finger pointing left', 'backhand index pointing right': 'finger pointing right',
  'backhand index pointing up': 'finger pointing up', 'badminton': 'badminton racket', 'baguette bread': 'baguette',
  'ballot box with ballot': 'ballot box', 'bell with slash': 'crossed out bell', 'bellhop bell': 'desk bell',
  'beverage box': 'juice box', 'billed cap': 'cap', 'black large square': 'black square', 'black nib': 'pen nib',
  'blowfish': 'pufferfish', 'blueberries': 'berries', 'bookmark tabs': 'page with tabs', 'bowling': 'bowling ball',
  'bullseye': 'target', 'bust in silhouette': 'person silhouette', 'busts in silhouette': 'two person silhouettes',
  'camping': 'camping tent', 'card index dividers': 'card dividers', 'carp streamer': 'fish streamer',
  'chart decreasing': 'chart going down', 'chart increasing': 'chart going up', 'cinema': 'cinema sign',
  'cityscape': 'city', 'cityscape at dusk': 'city at sunset', 'classical building': 'temple building',
  'clinking beer mugs': 'two beer mugs', 'clinking glasses': 'two glasses',
  'clockwise vertical arrows': 'circle of two arrows', 'closed mailbox with lowered flag': 'mailbox',
  'closed mailbox with raised flag': 'mailbox with raised flag', 'club suit': 'club', 'collision': 'explosion',
  'computer disk': 'small disk', 'construction': 'construction barrier', 'cooking': 'egg in a pan',
  'copyright': 'copyright sign', 'cricket': 'cricket insect', 'cricket game': 'cricket bat and ball',
  'custard': 'pudding', 'cut of meat': 'steak', 'dashing away': 'puff of air', 'diamond suit': 'card diamond',
  'divide': 'division sign', 'diya lamp': 'oil lamp', 'dizzy': 'dizzy star', 'dollar banknote': 'dollar bill',
  'doughnut': 'donut', 'down arrow': 'arrow pointing down', 'droplet': 'water drop', 'dvd': 'shiny disk',
  'e-mail': 'email envelope', 'ear of corn': 'corn', 'electric plug': 'plug', 'euro banknote': 'euro bill',
  'field hockey': 'hockey stick and ball', 'first quarter moon': 'half moon', 'fish cake with swirl': 'fish cake',
  'flag in hole': 'golf flag', 'flexed biceps': 'flexed arm', 'flying saucer': 'ufo', 'fog': 'fog cloud',
  'foggy': 'city in fog', 'fork and knife with plate': 'plate with fork and knife', 'french fries': 'fries',
  'front-facing baby chick': 'baby chick facing front', 'game die': 'dice', 'gem stone': 'gem',
  'globe showing Americas': 'globe with america', 'globe showing Asia-Australia': 'globe with asia',
  'globe showing Europe-Africa': 'globe', 'globe with meridians': 'globe with lines', 'grey heart': 'gray heart',
  'hair pick': 'hair comb', 'hand with fingers splayed': 'open hand', 'headphone': 'headphones',
  'heart exclamation': 'heart exclamation mark', 'heart suit': 'card heart', 'heavy equals sign': 'equals sign',
  'herb': 'green herb', 'high voltage': 'lightning bolt', 'high-heeled shoe': 'high heel shoe',
  'high-speed train': 'fast train', 'hollow red circle': 'red ring', 'honeybee': 'bee',
  'horizontal traffic light': 'traffic light lying down', 'hot beverage': 'cup of coffee',
  'hot pepper': 'chili pepper', 'hourglass done': 'hourglass', 'hourglass not done': 'hourglass with sand',
  'ice': 'ice cube', 'ice cream': 'bowl of ice cream', 'ice hockey': 'ice hockey stick',
  'index pointing at the viewer': 'finger pointing at you', 'index pointing up': 'index finger pointing up',
  'infinity': 'infinity sign', 'information': 'information sign', 'kiwi fruit': 'kiwi', 'label': 'tag',
  'lacrosse': 'lacrosse stick', 'lady beetle': 'ladybug', 'large blue diamond': 'blue diamond',
  'large orange diamond': 'orange diamond', 'leaf fluttering in wind': 'leaves in the wind',
  'leafy green': 'leafy vegetable', 'left arrow': 'arrow pointing left', 'left speech bubble': 'speech bubble',
  'left-facing fist': 'fist facing left', 'leftwards hand': 'hand pointing left',
  'leftwards pushing hand': 'hand pushing left', 'light blue heart': 'blue heart', 'locked': 'lock',
  'locked with key': 'lock with key', 'locked with pen': 'lock with pen',
  'magnifying glass tilted left': 'magnifying glass', 'man: beard': 'man with a beard',
  'mantelpiece clock': 'mantel clock', 'manual wheelchair': 'wheelchair', 'man’s shoe': 'dress shoe',
  'martial arts uniform': 'karate uniform', 'mate': 'mate drink', 'men’s room': 'mens room sign',
  'metro': 'metro train', 'minus': 'minus sign', 'moai': 'stone head', 'mobile phone': 'phone',
  'mobile phone off': 'switched off phone', 'mobile phone with arrow': 'phone with arrow', 'motorway': 'highway',
  'mount fuji': 'mountain with snow', 'multiply': 'multiplication sign', 'musical keyboard': 'piano keyboard',
  'musical score': 'sheet music', 'muted speaker': 'speaker with a cross', 'nazar amulet': 'eye amulet',
  'night with stars': 'city at night', 'nut and bolt': 'bolt', 'om': 'om symbol',
  'oncoming automobile': 'car from the front', 'oncoming bus': 'bus from the front',
  'oncoming fist': 'fist from the front', 'oncoming police car': 'police car from the front',
  'oncoming taxi': 'taxi from the front', 'one-piece swimsuit': 'swimsuit',
  'open mailbox with lowered flag': 'open mailbox', 'open mailbox with raised flag': 'open mailbox with flag',
  'optical disk': 'compact disk', 'orca': 'orca whale', 'page facing up': 'page', 'page with curl': 'curled page',
  'palm down hand': 'hand with palm down', 'palm up hand': 'hand with palm up', 'palms up together': 'open palms',
  'performing arts': 'theater masks', 'person with skullcap': 'man with a cap',
  'person: beard': 'person with a beard', 'person: blond hair': 'person with blond hair', 'pile of poo': 'poo',
  'ping pong': 'ping pong paddle', 'piñata': 'pinata', 'plus': 'plus sign', 'police car light': 'siren light',
  'pool 8 ball': 'billiard ball', 'pot of food': 'pot of soup', 'pound banknote': 'pound bill',
  'railway car': 'train car', 'raised back of hand': 'back of a hand',
  'red triangle pointed down': 'red triangle pointing down', 'red triangle pointed up': 'red triangle',
  'registered': 'registered sign', 'reminder ribbon': 'awareness ribbon', 'rescue worker’s helmet': 'rescue helmet',
  'right arrow': 'arrow pointing right', 'right-facing fist': 'fist facing right',
  'rightwards hand': 'hand pointing right', 'rightwards pushing hand': 'hand pushing right',
  'ring buoy': 'life ring', 'roll of paper': 'toilet paper roll',
  'rolling on the floor laughing': 'laughing face on the floor', 'root vegetable': 'beet',
  'rosette': 'rosette flower', 'round pushpin': 'round pin', 'sad but relieved face': 'sad relieved face',
  'sake': 'sake bottle', 'sari': 'sari dress', 'sauropod': 'long neck dinosaur',
  'shallow pan of food': 'pan of food', 'sheaf of rice': 'rice plant', 'shinto shrine': 'shrine gate',
  'shortcake': 'strawberry shortcake', 'sign of the horns': 'horns hand', 'snow-capped mountain': 'snowy mountain',
  'soft ice cream': 'ice cream cone', 'spade suit': 'spade', 'speaker high volume': 'loud speaker',
  'speaker low volume': 'speaker', 'speaker medium volume': 'speaker with sound', 'speech balloon': 'speech bubble',
  'sport utility vehicle': 'suv car', 'star-struck': 'star struck face', 'station': 'train station',
  'sun behind cloud': 'cloud with sun', 'sun behind large cloud': 'big cloud with sun',
  'sun behind rain cloud': 'rain cloud with sun', 'sun behind small cloud': 'sun with a small cloud',
  'suspension railway': 'hanging train', 'sweat droplets': 'water droplets', 'T-Rex': 'dinosaur',
  't-shirt': 'shirt', 'teacup without handle': 'tea cup', 'tear-off calendar': 'calendar page',
  'telephone receiver': 'phone receiver', 'tennis': 'tennis ball', 'thong sandal': 'flip flop',
  'thought balloon': 'thought bubble', 'Tokyo tower': 'tower', 'two-hump camel': 'camel with two humps',
  'umbrella on ground': 'beach umbrella', 'unlocked': 'open lock', 'up arrow': 'arrow pointing up',
  'vertical traffic light': 'traffic light', 'vibration mode': 'vibrating phone', 'vulcan salute': 'vulcan hand',
  'waxing crescent moon': 'thin moon', 'white cane': 'walking cane', 'white large square': 'white square',
  'wind face': 'wind face cloud', 'wireless': 'wireless sign', 'woman’s boot': 'tall boot',
  'woman’s clothes': 'blouse', 'woman’s hat': 'sun hat', 'woman’s sandal': 'heeled sandal',
  'women’s room': 'womens room sign', 'wood': 'wood log', 'wrapped gift': 'gift box', 'yen banknote': 'yen bill',
  'yo-yo': 'yoyo',
};

/** Emoji that cannot be named from the drawing. */
const UNNAMED = new Set([
  'alembic', 'anger symbol', 'breast-feeding', 'chart increasing with yen', 'children crossing',
  'eye in speech bubble', 'family', 'fight cloud', 'flower playing cards',
  'hand with index finger and thumb crossed', 'head shaking horizontally', 'head shaking vertically', 'hole',
  'hot springs', 'hundred points', 'input latin letters', 'input latin lowercase', 'input latin uppercase',
  'input numbers', 'input symbols', 'Japanese castle', 'Japanese dolls', 'Japanese post office', 'kaaba',
  'level slider', 'love hotel', 'love-you gesture', 'mahjong red dragon', 'map of Japan', 'middle finger',
  'moon viewing ceremony', 'Mx Claus', 'oden', 'people with bunny ears', 'person in suit levitating',
  'person tipping hand', 'pine decoration', 'right anger bubble', 'tanabata tree', 'trade mark', 'woman: beard',
  'ZZZ',
]);

const HOURS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

// Subgroups whose names state the meaning of a sign instead of naming it: "no smoking", "aries".
const SIGNS = new Set(['transport-sign', 'warning', 'zodiac', 'currency']);

const TAKES_THE = /^(?:united|isle|european union|vatican)|(?:islands|republic|territor(?:y|ies)|netherlands|philippines|bahamas|maldives|comoros|seychelles|gambia)$/;

// Converts "man, woman, boy" to "a man a woman and a boy".
function listPeople(text) {
  const people = text.split(', ').map((who) => (/^a/.test(who) ? `an ${who}` : `a ${who}`));
  return people.length === 1 ? people[0] : `${people.slice(0, -1).join(' ')} and ${people.at(-1)}`;
}

/** Returns the natural lower-case name of an emoji, or null if it has none. */
export function cleanLabel(label, subgroup = '') {
  if (UNNAMED.has(label)) return null;
  if (label in RENAMED) return RENAMED[label];
  const clock = /^(\w+)(?: o’clock|(-thirty))$/.exec(label);
  if (clock && HOURS.includes(clock[1])) return `clock at ${clock[2] ? 'half past ' : ''}${clock[1]}`;
  if (/[“”#*!?&]/.test(label)) return null;
  const name = label
    .replace(/^(\w+) button \(blood type\)$/, 'letter $1 button')
    .replace(/^flag: (.*)$/, 'flag of $1')
    .replace(/^(kiss|couple with heart|family): (.*)$/, (_, what, who) => `${what} of ${listPeople(who)}`)
    .replace(/^(person|man|woman): (.*hair)/, '$1 with $2')
    .replace(/^(person|man|woman): bald/, 'bald $1')
    .replace(/^(person|man|woman): beard/, '$1 with a beard')
    .toLowerCase()
    .replace(/’s?/g, '')
    .replace(/\./g, '')
    .replace(/[,:()-]/g, ' ')
    .normalize('NFD').replace(/[\u0300-\u036f]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const flag = /^flag of (.*)$/.exec(name);
  if (flag && TAKES_THE.test(flag[1])) return `flag of the ${flag[1]}`;
  return SIGNS.has(subgroup) && !/ (sign|symbol)$/.test(name) ? `${name} sign` : name;
}

/**
 * Splits "red heart" into the color in the name (or null) and the object, "heart".
 * A color after a preposition belongs to a part: "man with red hair".
 */
export function splitColor(name) {
  const words = name.split(' ');
  const at = words.findIndex((word) => COLOR_NAMES.includes(word));
  if (at < 0 || words.length === 1 || words.slice(0, at).includes('with')) return { labelColor: null, object: name };
  return { labelColor: words[at], object: words.filter((_, i) => i !== at).join(' ') };
}

const PREPOSITION = /\s(?:with|of|in|on|at|behind|without|over|from|facing|pointing|pushing|blowing|wearing|taking|lying|savoring|screaming|exhaling|vomiting|and|going|landing|tilted|playing|lifting|holding|getting|rowing)\s.*|\s(?:landing|exhaling|vomiting)$/;
// Two joined objects, except after a preposition: "a face with eyes and mouth".
const JOINED = /^(?:(?! (?:with|of|in|on|at) ).)* and /;
const SINGULAR_S = new Set(['bus', 'trolleybus', 'minibus', 'octopus', 'cactus', 'lotus', 'hibiscus', 'rhinoceros',
  'hippopotamus', 'abacus', 'compass', 'thumbs', 'aries', 'pisces', 'taurus', 'aquarius', 'sagittarius',
  'ophiuchus', 'customs']);
const PLURAL = new Set(['people', 'men', 'women', 'children', 'dice']);
const MASS = new Set(['corn', 'bacon', 'butter', 'salt', 'garlic', 'broccoli', 'popcorn', 'spaghetti', 'bread', 'sushi',
  'rice', 'soap', 'yarn', 'thread', 'luggage', 'coral', 'fire', 'poo', 'food', 'music', 'dna', 'money', 'salad', 'meat',
  'water', 'claus']);

/** Returns the word with the grammatical number: "faces" in "two faces with hats". */
export const headWord = (object) => object.replace(PREPOSITION, '').split(' ').at(-1);

/** Returns 'plural', 'mass' or 'single', which determines the article. */
export function countOf(object) {
  const head = headWord(object);
  if (/^(two|three) /.test(object) || PLURAL.has(head) || JOINED.test(object)) return 'plural';
  if (MASS.has(head)) return 'mass';
  if (/s$/.test(head) && !/ss$/.test(head) && !SINGULAR_S.has(head)) return 'plural';
  return 'single';
}
