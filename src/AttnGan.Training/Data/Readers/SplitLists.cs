using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>Lists at the root of a dataset, such as <c>train.txt</c>, with the name of an image on each line.</summary>
internal static class SplitLists
{
    public const string Train = "train", Validation = "validation", Test = "test";

    public static bool IsReserved(string name) => name is Train or Validation or Test;

    public static bool Has(DatasetFolder folder, string list) => folder.HasFile($"{list}.txt");

    /// <summary>Returns the images that a list names, by name in ordinal order.</summary>
    public static IReadOnlyList<CaptionedImage> Read(
        DatasetFolder folder, string list, IReadOnlyDictionary<string, CaptionedImage> images)
    {
        string file = $"{list}.txt";
        var listed = new List<CaptionedImage>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string line, int number) in folder.ReadLines(file))
        {
            string entry = line.Trim();
            if (entry.Length == 0)
            {
                continue;
            }

            if (!DatasetFolder.TryNormalizeName(entry, out string name) || !images.TryGetValue(name, out CaptionedImage? image))
            {
                folder.Error($"{file}:{number}", $"'{entry}' is not an image of the dataset; write its path as the dataset does.");
            }
            else if (!seen.Add(name))
            {
                folder.Error($"{file}:{number}", $"'{entry}' is listed twice.");
            }
            else
            {
                listed.Add(image);
            }
        }

        listed.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return listed;
    }

    /// <summary>Splits images by the lists of the folder, and by <see cref="FractionSplit"/> where these leave it open.</summary>
    public static (IReadOnlyList<CaptionedImage> Train, IReadOnlyList<CaptionedImage> Validation) Apply(
        DatasetFolder folder, IReadOnlyDictionary<string, CaptionedImage> images, DataConfig config)
    {
        IReadOnlyList<CaptionedImage>? validation = Has(folder, Validation) ? Read(folder, Validation, images) : null;
        IReadOnlyList<CaptionedImage> test = Has(folder, Test) ? Read(folder, Test, images) : [];
        if (Has(folder, Train))
        {
            IReadOnlyList<CaptionedImage> train = Read(folder, Train, images);
            var names = train.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
            foreach (CaptionedImage image in (validation ?? []).Where(image => names.Contains(image.Name)))
            {
                folder.Error("validation.txt", $"'{image.Name}' is in train.txt too.");
            }

            foreach (CaptionedImage image in test.Where(image => names.Contains(image.Name)))
            {
                folder.Warn("test.txt", $"'{image.Name}' is in train.txt too.");
            }

            return (train, validation ?? []);
        }

        // Test images must not be trained on, even where no list names the training images.
        var heldOut = (validation ?? []).Concat(test).Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        CaptionedImage[] rest =
        [
            .. images.Values.Where(image => !heldOut.Contains(image.Name)).OrderBy(image => image.Name, StringComparer.Ordinal),
        ];
        return validation is null ? FractionSplit.Apply(rest, config) : (rest, validation);
    }
}
