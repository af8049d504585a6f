// Composes a letter and a following combining mark into one character. The table is that of the library's CanonicalComposition, so
// that captions have the same words in a browser as on a server. String.normalize would also reorder marks, and compose more.

const hangulBase = 0xac00, leadBase = 0x1100, vowelBase = 0x1161, tailBase = 0x11a7;
const leadCount = 19, vowelCount = 21, tailCount = 28;

// A mark, the letters that it composes with, and the composed characters.
const table = [
  ['\u0300', 'aeiouünеиēōwâăêôơưyἀἁἐἑἠἡἰἱὀὁὐὑὠὡαεηιουωϊϋ', 'àèìòùǜǹѐѝḕṑẁầằềồờừỳἂἃἒἓἢἣἲἳὂὃὒὓὢὣὰὲὴὶὸὺὼῒῢ'],
  ['\u0301', 'aeiouyclnrszügåæøϊαεηιϋουωϒгкçēïkmõōpũwâăêôơưἀἁἐἑἠἡἰἱὀὁὐὑὠὡ', 'áéíóúýćĺńŕśźǘǵǻǽǿΐάέήίΰόύώϓѓќḉḗḯḱḿṍṓṕṹẃấắếốớứἄἅἔἕἤἥἴἵὄὅὔὕὤὥ'],
  ['\u0302', 'aeioucghjswyzạẹọ', 'âêîôûĉĝĥĵŝŵŷẑậệộ'],
  ['\u0303', 'anoiuvâăeêôơưy', 'ãñõĩũṽẫẵẽễỗỡữỹ'],
  ['\u0304', 'aeiouüäȧæǫöõȯyиуgḷṛαιυ', 'āēīōūǖǟǡǣǭȫȭȱȳӣӯḡḹṝᾱῑῡ'],
  ['\u0306', 'aegiouиужаеȩạαιυ', 'ăĕğĭŏŭйўӂӑӗḝặᾰῐῠ'],
  ['\u0307', 'cegzaobdfhmnprsśšṣtwxyſ', 'ċėġżȧȯḃḋḟḣṁṅṗṙṡṥṧṩṫẇẋẏẛ'],
  ['\u0308', 'aeiouyιυϒеіаәжзиоөэучыhõūwxt', 'äëïöüÿϊϋϔёїӓӛӝӟӥӧӫӭӱӵӹḧṏṻẅẍẗ'],
  ['\u0309', 'aâăeêioôơuưy', 'ảẩẳẻểỉỏổởủửỷ'],
  ['\u030A', 'auwy', 'åůẘẙ'],
  ['\u030B', 'ouу', 'őűӳ'],
  ['\u030C', 'cdelnrstzaiouügk\u0292jh', 'čďěľňřšťžǎǐǒǔǚǧǩǯǰȟ'],
  ['\u030F', 'aeioruѵ', 'ȁȅȉȍȑȕѷ'],
  ['\u0311', 'aeioru', 'ȃȇȋȏȓȗ'],
  ['\u0313', 'αεηιουωρ', 'ἀἐἠἰὀὐὠῤ'],
  ['\u0314', 'αεηιουωρ', 'ἁἑἡἱὁὑὡῥ'],
  ['\u031B', 'ou', 'ơư'],
  ['\u0323', 'bdhklmnrstvwzaeioơuưy', 'ḅḍḥḳḷṃṇṛṣṭṿẉẓạẹịọợụựỵ'],
  ['\u0324', 'u', 'ṳ'],
  ['\u0325', 'a', 'ḁ'],
  ['\u0326', 'st', 'șț'],
  ['\u0327', 'cgklnrstedh', 'çģķļņŗşţȩḑḩ'],
  ['\u0328', 'aeiuo', 'ąęįųǫ'],
  ['\u032D', 'delntu', 'ḓḙḽṋṱṷ'],
  ['\u032E', 'h', 'ḫ'],
  ['\u0330', 'eiu', 'ḛḭṵ'],
  ['\u0331', 'bdklnrtzh', 'ḇḏḵḻṉṟṯẕẖ'],
  ['\u0342', 'ἀἁἠἡἰἱὐὑὠὡαηιϊυϋω', 'ἆἇἦἧἶἷὖὗὦὧᾶῆῖῗῦῧῶ'],
  ['\u0345', 'ἀἁἂἃἄἅἆἇἠἡἢἣἤἥἦἧὠὡὢὣὤὥὦὧὰαάᾶὴηήῆὼωώῶ', 'ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾲᾳᾴᾷῂῃῄῇῲῳῴῷ'],
  ['\u0653', '\u0627', '\u0622'],
  ['\u0654', '\u0627\u0648\u064A\u06D5\u06C1\u06D2', '\u0623\u0624\u0626\u06C0\u06C2\u06D3'],
  ['\u0655', '\u0627', '\u0625'],
  ['\u093C', '\u0928\u0930\u0933', '\u0929\u0931\u0934'],
  ['\u0BD7', '\u0B92', '\u0B94'],
  ['\u102E', '\u1025', '\u1026'],
  ['\u1B35', '\u1B05\u1B07\u1B09\u1B0B\u1B0D\u1B11', '\u1B06\u1B08\u1B0A\u1B0C\u1B0E\u1B12'],
  ['\u3099', 'かきくけこさしすせそたちつてとはひふへほうゝカキクケコサシスセソタチツテトハヒフヘホウワヰヱヲヽ', 'がぎぐげござじずぜぞだぢづでどばびぶべぼゔゞガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヸヹヺヾ'],
  ['\u309A', 'はひふへほハヒフヘホ', 'ぱぴぷぺぽパピプペポ'],
];

const pairs = new Map(
  table.flatMap(([mark, letters, composed]) => [...letters].map((letter, i) => [letter + mark, composed[i]])));

/** Returns the composed character of two consecutive UTF-16 code units, or null. */
export function compose(first, second) {
  const composed = pairs.get(first + second);
  if (composed !== undefined) {
    return composed;
  }

  const lead = first.charCodeAt(0), next = second.charCodeAt(0);
  if (lead >= leadBase && lead < leadBase + leadCount && next >= vowelBase && next < vowelBase + vowelCount) {
    return String.fromCharCode(hangulBase + ((lead - leadBase) * vowelCount + next - vowelBase) * tailCount);
  }

  const syllable = lead - hangulBase;
  if (syllable >= 0 && syllable < leadCount * vowelCount * tailCount && syllable % tailCount === 0
      && next > tailBase && next < tailBase + tailCount) {
    return String.fromCharCode(lead + next - tailBase);
  }

  return null;
}
