using AttnGan.Imaging;

namespace AttnGan.Training.Data.Readers;

/// <summary>Finds the files of images that a table or list names: by path, with or without folders and extension, in any case.</summary>
internal sealed class ImageFinder
{
    private readonly FileNames _files;
    private readonly Lazy<ILookup<string, string>> _byName;
    private readonly Lazy<ILookup<string, string>> _byStem;

    /// <param name="folder">The dataset's folder.</param>
    public ImageFinder(DatasetFolder folder)
    {
        _files = folder.FileNames;
        string[] images = [.. _files.All.Where(ImageFiles.IsImage)];
        _byName = new(() => images.ToLookup(name => Last(name), StringComparer.OrdinalIgnoreCase));
        _byStem = new(() => images.ToLookup(name => Last(StemOf(name)), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Finds an image.</summary>
    /// <param name="name">The name in the table or list.</param>
    /// <param name="tableFolder">The folder of the table or list; empty for the root.</param>
    /// <param name="problem">Why it was not found.</param>
    /// <returns>Its name in the dataset; null if it was not found.</returns>
    public string? Find(string name, string tableFolder, out string problem)
    {
        problem = "";
        if (!DatasetFolder.TryNormalizeName(name, out string normal))
        {
            problem = $"'{name}' leads out of the dataset's folder; use a path inside it.";
            return null;
        }

        foreach (string folder in tableFolder.Length == 0 ? (ReadOnlySpan<string>)[""] : [$"{tableFolder}/", ""])
        {
            foreach (string parent in (ReadOnlySpan<string>)["", "images/", "Images/"])
            {
                if (_files.Find(folder + parent + normal) is { } found && ImageFiles.IsImage(found))
                {
                    return found;
                }
            }
        }

        string[] candidates = [.. _byName.Value[Last(normal)]];
        if (candidates.Length == 0 && !ImageFiles.IsImage(normal))
        {
            candidates = [.. _byStem.Value[Last(normal)]];
            string[] sameFolders = [.. candidates.Where(image => EndsWith(StemOf(image), normal))];
            candidates = sameFolders.Length > 0 ? sameFolders : candidates;
        }
        else
        {
            string[] sameFolders = [.. candidates.Where(image => EndsWith(image, normal))];
            candidates = sameFolders.Length > 0 ? sameFolders : candidates;
        }

        problem = candidates.Length == 0 ? $"the image '{name}' does not exist."
            : candidates.Length > 1 ? $"'{name}' may be {candidates[0]} or {candidates[1]}; write its path." : "";
        return candidates.Length == 1 ? candidates[0] : null;
    }

    private static bool EndsWith(string image, string name) =>
        image.Equals(name, StringComparison.OrdinalIgnoreCase) || image.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase);

    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string StemOf(string name) => name[..^Path.GetExtension(name).Length];
}
