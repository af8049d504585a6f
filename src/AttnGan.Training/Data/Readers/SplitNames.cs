using System.Text.RegularExpressions;

namespace AttnGan.Training.Data.Readers;

/// <summary>The names that datasets give to their splits, in folders and in names of files.</summary>
internal static partial class SplitNames
{
    /// <summary>Returns the split that a word names; null if it names none.</summary>
    public static DatasetSplit? Of(string word) => word.ToLowerInvariant() switch
    {
        "train" or "training" or "restval" => DatasetSplit.Train,
        "validation" or "valid" or "val" or "dev" => DatasetSplit.Validation,
        "test" or "testing" => DatasetSplit.Test,
        _ => null,
    };

    /// <summary>Returns the split that a folder of the path names, innermost first; null if none does.</summary>
    public static DatasetSplit? OfFolders(string path) => path.Split('/').Reverse().Select(Of).FirstOrDefault(split => split is not null);

    /// <summary>
    /// Returns the split of a file: by the beginning of its name (<c>train-00000-of-00002.parquet</c>) or its end
    /// (<c>Flickr_8k.trainImages.txt</c>), else by its folders.
    /// </summary>
    public static DatasetSplit? OfFile(string path)
    {
        int slash = path.LastIndexOf('/');
        string name = path[(slash + 1)..];
        Match match = InName().Match(name);
        return match.Success ? Of(match.Groups[1].Value) : slash < 0 ? null : OfFolders(path[..slash]);
    }

    [GeneratedRegex(
        @"(?:^|[._-])(train|training|restval|validation|valid|val|dev|test|testing)(?:[._-]|images?\b|list\b|names\b|\d|$)",
        RegexOptions.IgnoreCase)]
    private static partial Regex InName();
}

/// <summary>A part of a dataset.</summary>
internal enum DatasetSplit
{
    Train,
    Validation,
    Test,
}
