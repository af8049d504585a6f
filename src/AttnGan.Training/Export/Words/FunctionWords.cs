namespace AttnGan.Training.Export.Words;

/// <summary>
/// English words that name nothing in an image. WordNet has other meanings of some: "it", "as" and "me" are abbreviations there.
/// </summary>
internal static class FunctionWords
{
    // cspell:ignore colour colours coloured
    private static readonly HashSet<string> s_words = new(
        ("a about above after again against all almost alone along already also although always am among an and another any anybody " +
        "anyone anything anyway are as at away be became because become been before behind being below beneath beside besides " +
        "between beyond both but by can cannot could despite did do does doing done down during each either else enough even ever " +
        "every everybody everyone everything except few for from further get gets getting go goes going gone got had has have " +
        "having he hence her here hers herself him himself his how however i if in indeed instead into is it its itself just least " +
        "less let lets like many may me might mine more most much must my myself near nearly need neither never nobody nor not " +
        "nothing now of off often on once only onto or other others otherwise ought our ours ourselves out over own per perhaps " +
        "quite rather really same shall she should since so some somebody someone something sometimes still such than that the " +
        "their theirs them themselves then there therefore these they this those though through throughout thus till to together " +
        "too toward towards under unless until unto up upon us very via was we well were what whatever when whenever where wherever " +
        "whether which while who whoever whole whom whose why will with within without would yes yet you your yours yourself " +
        "yourselves " +
        // Of captions, not of what they describe.
        "color colors colored colour colours coloured kind kinds type types shape shapes").Split(' '),
        StringComparer.Ordinal);

    public static bool Contains(string word) => s_words.Contains(word);
}
