// Selects the emoji of a profile, the common ones that are recolored most, and the tags that
// are good synonyms.

const SUBGROUPS_DROPPED = new Set([
  'family', 'skin-tone', 'hair-style', 'country-flag', 'subdivision-flag', 'flag', 'person-gesture',
  'person-activity', 'person-sport', 'person-resting', 'keycap', 'alphanum', 'transport-sign', 'warning', 'religion',
  'zodiac', 'av-symbol', 'gender', 'currency', 'place-religious',
]);

// The only ones from subgroups where most cannot be named from the drawing.
const SYMBOLS_KEPT = new Set([
  'up arrow', 'down arrow', 'left arrow', 'right arrow', 'clockwise vertical arrows',
  'multiply', 'plus', 'minus', 'divide', 'heavy equals sign', 'infinity',
  'red question mark', 'white question mark', 'red exclamation mark', 'white exclamation mark',
  'check mark', 'cross mark', 'hollow red circle', 'recycling symbol', 'splatter', 'eight-pointed star',
  'red circle', 'orange circle', 'yellow circle', 'green circle', 'blue circle', 'purple circle',
  'brown circle', 'black circle', 'white circle', 'red square', 'orange square', 'yellow square',
  'green square', 'blue square', 'purple square', 'brown square', 'black large square',
  'white large square', 'large orange diamond', 'large blue diamond', 'red triangle pointed up',
  'red triangle pointed down',
]);
const PEOPLE_KEPT = new Set([
  'baby', 'child', 'boy', 'girl', 'person', 'man', 'woman', 'old man', 'old woman',
  'person: beard', 'person: blond hair',
  'health worker', 'student', 'farmer', 'cook', 'mechanic', 'scientist', 'artist', 'pilot',
  'astronaut', 'firefighter', 'police officer', 'detective', 'guard', 'ninja', 'construction worker',
  'prince', 'princess', 'baby angel', 'Santa Claus', 'superhero', 'mage', 'fairy', 'vampire', 'mermaid',
  'elf', 'genie', 'zombie', 'troll',
]);
const PEOPLE = new Set(['person', 'person-role', 'person-fantasy']);
const SYMBOLS = new Set(['arrow', 'math', 'punctuation', 'other-symbol', 'geometric']);

// Nameable, but not from a small drawing, or only by a word that no other emoji shares.
const DROPPED = new Set([
  'family', 'family: adult, adult, child', 'family: adult, adult, child, child', 'family: adult, child',
  'family: adult, child, child', 'speaking head', 'people hugging', 'national park', 'landslide', 'pouring liquid',
  'mechanical arm', 'mechanical leg', 'ear with hearing aid', 'nose', 'selfie', 'building construction',
  'derelict house', 'stadium', 'wedding', 'convenience store', 'department store', 'milky way', 'sunrise over mountains',
  'fondue', 'falafel', 'mate', 'stuffed flatbread', 'rice cracker', 'amphora', 'world map', 'railway track',
  'goal net', 'mirror', 'identification card', 'placard', 'hamsa', 'funeral urn', 'coffin', 'cigarette',
  'credit card', 'low battery', 'clamp', 'petri dish', 'elevator', 'control knobs', 'studio microphone', 'joker',
  'card file box', 'ledger', 'pager', 'fax machine', 'trackball', 'videocassette', 'prayer beads', 'receipt',
]);

/** Returns true if an emoji is in the default profile. */
export function inDefaultProfile({ label, group, subgroup }) {
  if (SUBGROUPS_DROPPED.has(subgroup) || group === 'component' || group === 'flags') return false;
  if (DROPPED.has(label)) return false;
  if (PEOPLE.has(subgroup)) return PEOPLE_KEPT.has(label);
  if (SYMBOLS.has(subgroup)) return SYMBOLS_KEPT.has(label);
  return true;
}

/** Common simple objects: recolored into many colors, and the source of the sample. */
export const COMMON = new Set([
  'heart', 'circle', 'square', 'star', 'diamond', 'triangle', 'ring', 'two hearts', 'broken heart', 'card heart',
  'sparkling heart', 'arrow pointing up', 'arrow pointing down', 'arrow pointing left', 'arrow pointing right',
  'glowing star', 'question mark', 'exclamation mark',
  'smiling face', 'grinning face', 'slightly smiling face', 'winking face', 'crying face', 'angry face',
  'sleeping face', 'kissing face', 'frowning face', 'neutral face', 'smiling face with sunglasses',
  'face with tongue', 'face with tears of joy', 'smiling face with hearts', 'alien', 'ghost', 'robot',
  'cat face', 'dog face', 'bear', 'fox', 'lion', 'tiger face', 'pig face', 'cow face', 'mouse face', 'rabbit face',
  'monkey face', 'frog', 'horse face', 'unicorn', 'cat', 'dog', 'horse', 'pig', 'rabbit', 'mouse', 'monkey', 'elephant',
  'camel', 'bird', 'chicken', 'baby chick', 'duck', 'owl', 'parrot', 'penguin', 'fish', 'tropical fish', 'whale', 'dolphin',
  'shark', 'octopus', 'crab', 'turtle', 'snake', 'lizard', 'dragon', 'dinosaur', 'snail', 'butterfly', 'bee', 'bug', 'ladybug',
  'rose', 'tulip', 'flower', 'sunflower', 'blossom', 'hibiscus', 'evergreen tree', 'deciduous tree', 'palm tree', 'cactus',
  'mushroom', 'maple leaf', 'seedling', 'potted plant',
  'apple', 'pear', 'banana', 'lemon', 'tangerine', 'peach', 'strawberry', 'cherries', 'grapes', 'watermelon', 'pineapple',
  'mango', 'tomato', 'carrot', 'bell pepper', 'chili pepper', 'eggplant', 'cucumber', 'cupcake', 'donut', 'cookie', 'candy',
  'lollipop', 'birthday cake', 'ice cream cone', 'egg', 'pizza', 'bread', 'cup of coffee', 'teapot',
  'car', 'bus', 'taxi', 'police car', 'fire engine', 'ambulance', 'delivery truck', 'tractor', 'racing car', 'train', 'bicycle',
  'motor scooter', 'airplane', 'helicopter', 'rocket', 'sailboat', 'ship', 'ufo', 'house', 'castle', 'tent',
  'sun', 'crescent moon', 'full moon', 'cloud', 'umbrella', 'lightning bolt', 'snowflake', 'fire', 'water drop', 'balloon', 'gift box',
  'ribbon', 'christmas tree', 'soccer ball', 'basketball', 'baseball', 'tennis ball', 'kite', 'teddy bear', 'crown', 'shirt', 'dress',
  'jeans', 'socks', 'scarf', 'gloves', 'coat', 'backpack', 'handbag', 'cap', 'top hat', 'running shoe', 'high heel shoe', 'tall boot',
  'glasses', 'gem', 'guitar', 'drum', 'trumpet', 'bell', 'book', 'closed book', 'pencil', 'crayon', 'key', 'lock', 'hammer',
  'shield', 'scissors', 'chair', 'bed', 'light bulb', 'candle', 'phone', 'envelope', 'bucket', 'basket', 'umbrella with rain drops',
  'magnet', 'trophy', 'coin', 'money bag', 'puzzle piece', 'telephone', 'waving hand', 'thumbs up', 'raised fist',
]);

// Objects that recoloring would turn into something else, or that have no main color.
const NEVER_RECOLORED = new Set(['rainbow', 'artist palette', 'mirror ball', 'traffic light']);
export const canRecolor = (object) => !NEVER_RECOLORED.has(object) && !/^globe|clock at/.test(object);

/** The objects of the sample profile. */
const SAMPLE = new Set([
  'heart', 'circle', 'square', 'star', 'diamond', 'two hearts',
  'smiling face', 'grinning face', 'winking face', 'crying face', 'angry face', 'kissing face', 'face with tongue',
  'smiling face with hearts', 'smiling face with heart eyes', 'smiling face with smiling eyes',
  'grinning face with smiling eyes', 'kissing face with smiling eyes', 'winking face with tongue',
  'grinning cat', 'grinning cat with smiling eyes', 'smiling cat with heart eyes',
  'cat face', 'dog face', 'frog', 'bird', 'fish', 'tropical fish', 'butterfly', 'turtle',
  'apple', 'banana', 'lemon', 'strawberry', 'mushroom', 'tulip',
  'car', 'bus', 'sailboat', 'rocket', 'balloon', 'umbrella', 'crescent moon', 'sun', 'shirt', 'bell',
]);
export const inSampleProfile = (object) => SAMPLE.has(object);

// Tags that name a category: an object with the tag belongs to it and is not just related.
const KINDS = {
  'animals-nature': ['animal', 'bird', 'insect', 'flower', 'tree', 'plant', 'leaf'],
  'food-drink': ['fruit', 'vegetable', 'dessert', 'cake', 'bread', 'berry'],
  'travel-places': ['vehicle', 'train', 'boat', 'building', 'clock', 'truck', 'plane', 'bike'],
  activities: ['ball', 'toy', 'hat'],
  objects: ['shoe', 'hat', 'bag', 'book', 'tool', 'phone', 'instrument', 'box', 'clock'],
  'people-body': ['hand', 'person'],
};
// Objects that have the tag of a category but are only a part of it or related to it.
const NOT_OF_THEIR_KIND = new Set([
  'feather', 'wing', 'empty nest', 'nest with eggs', 'pig nose', 'spiral shell', 'paw prints', 'spider web',
  'pie', 'lacrosse stick', 'city at night', 'city at sunset', 'city', 'sunset', 'sunrise', 'yarn', 'balance scale',
  'ping pong paddle', 'wheel', 'bow and arrow', 'hammer and pick', 'hammer and wrench', 'shopping bags', 'houses', 'books',
]);
const FACE_ADJECTIVES = ['happy', 'sad', 'angry', 'tired', 'sick', 'surprised', 'scared', 'sleepy', 'worried', 'confused'];

/** Returns synonyms of the object: categories for things ("bird"), moods for faces ("happy face"). */
export function synonymsOf({ object, tags, group }) {
  const said = new Set(object.split(' '));
  if (group === 'smileys-emotion') {
    const noun = said.has('cat') ? 'cat' : said.has('face') ? 'face' : null;
    if (!noun) return [];
    return FACE_ADJECTIVES.filter((word) => tags.includes(word) && !said.has(word)).slice(0, 2).map((word) => `${word} ${noun}`);
  }
  if (NOT_OF_THEIR_KIND.has(object)) return [];
  return (KINDS[group] ?? [])
    .filter((word) => tags.includes(word) && !said.has(word) && !said.has(`${word}s`))
    .slice(0, 2);
}
