using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>Lists at the root of a dataset, such as <c>train.txt</c>, with the name of an image on each line.</summary>
internal static class SplitLists
{
    public const string Train = "train", Validation = "validation", Test = "test";

    public static bool IsReserved(string name) => name is Train or Validation or Test;

    public static bool Has(DatasetFolder folder, string list) => folder.HasFile(FileOf(folder, list));

    /// <summary>Returns the file of a list; that of validation images may be <c>val.txt</c> too.</summary>
    private static string FileOf(DatasetFolder folder, string list) =>
        list == Validation && !folder.HasFile($"{list}.txt") && folder.HasFile("val.txt") ? "val.txt" : $"{list}.txt";

    /// <summary>Returns the names that a list may use for an image: without its extension, and without the folder of all images.</summary>
    private static IEnumerable<string> Aliases(string name)
    {
        string stem = name[..^Path.GetExtension(name).Length];
        yield return stem;
        if (name.StartsWith("images/", StringComparison.OrdinalIgnoreCase))
        {
            yield return stem["images/".Length..];
            yield return name["images/".Length..];
        }
    }

    /// <summary>Returns the images that a list names, by name in ordinal order.</summary>
    public static IReadOnlyList<CaptionedImage> Read(
        DatasetFolder folder, string list, IReadOnlyDictionary<string, CaptionedImage> images)
    {
        string file = FileOf(folder, list);
        ILookup<string, string>? byStem = null;
        var listed = new List<CaptionedImage>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string line, int number) in folder.ReadLines(file))
        {
            string entry = line.Trim();
            if (entry.Length == 0)
            {
                continue;
            }

            if (!DatasetFolder.TryNormalizeName(entry, out string name))
            {
                folder.Error($"{file}:{number}", $"'{entry}' leads out of the dataset's folder; use a path inside it.");
                continue;
            }

            if (!images.TryGetValue(name, out CaptionedImage? image))
            {
                byStem ??= images.Keys.SelectMany(key => Aliases(key).Select(alias => (alias, key)))
                    .ToLookup(pair => pair.alias, pair => pair.key, StringComparer.Ordinal);
                string[] candidates = [.. byStem[name]];
                image = candidates.Length == 1 ? images[candidates[0]] : null;
                name = image?.Name ?? name;
            }

            if (image is null)
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
            // Without others, the test images are validated with, as in formats that have their own split.
            bool testIsValidation = validation is null;
            validation ??= test;
            IReadOnlyList<CaptionedImage> train = Read(folder, Train, images);
            var names = train.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
            foreach (CaptionedImage image in validation.Where(image => names.Contains(image.Name)))
            {
                folder.Error(FileOf(folder, testIsValidation ? Test : Validation), $"'{image.Name}' is in train.txt too.");
            }

            foreach (CaptionedImage image in testIsValidation ? [] : test.Where(image => names.Contains(image.Name)))
            {
                folder.Warn("test.txt", $"'{image.Name}' is in train.txt too.");
            }

            return (train, validation);
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
