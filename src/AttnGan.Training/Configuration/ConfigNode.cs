namespace AttnGan.Training.Configuration;

/// <summary>One value of a configuration as written, before it has a type. <c>Where</c>: "line 3" or "--set gan.loss=hinge".</summary>
internal abstract record ConfigNode(string Where);

internal sealed record ConfigScalar(string Where, string Text, bool Quoted) : ConfigNode(Where)
{
    public bool IsNull => !Quoted && (Text is "" or "~" or "null" or "Null" or "NULL");
}

internal sealed record ConfigSequence(string Where, IReadOnlyList<ConfigNode> Items) : ConfigNode(Where);

internal sealed record ConfigMapping(string Where, List<ConfigEntry> Entries) : ConfigNode(Where);

/// <summary>A key with its value. Duplicates are kept so that they can be reported together with everything else.</summary>
internal sealed record ConfigEntry(string Key, string Where, ConfigNode Value);
