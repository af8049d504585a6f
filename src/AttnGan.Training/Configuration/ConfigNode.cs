namespace AttnGan.Training.Configuration;

/// <summary>An untyped value of a configuration.</summary>
/// <param name="Where">Its place: "line 3" or "--set gan.loss=hinge".</param>
internal abstract record ConfigNode(string Where);

internal sealed record ConfigScalar(string Where, string Text, bool Quoted) : ConfigNode(Where)
{
    public bool IsNull => !Quoted && (Text is "" or "~" or "null" or "Null" or "NULL");
}

internal sealed record ConfigSequence(string Where, IReadOnlyList<ConfigNode> Items) : ConfigNode(Where);

internal sealed record ConfigMapping(string Where, List<ConfigEntry> Entries) : ConfigNode(Where);

/// <summary>A key with its value. Duplicates are kept, so that they are reported together with all other errors.</summary>
internal sealed record ConfigEntry(string Key, string Where, ConfigNode Value);
