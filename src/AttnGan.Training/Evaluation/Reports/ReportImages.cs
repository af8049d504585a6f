using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>Embeds the images of a report into a page.</summary>
/// <param name="folder">The report's folder.</param>
internal sealed class ReportImages(string folder)
{
    // Images up to this size are shown with sharp pixels; browsers would blur them when they enlarge them.
    private const int SmallSide = 64;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Returns an image element that contains the file.</summary>
    /// <param name="path">Path of the image, relative to the report's folder.</param>
    /// <param name="description">The alternative text.</param>
    /// <exception cref="AttnGanException">Thrown when it is missing, not an image, or outside the report's folder.</exception>
    public Html Embed(string path, string description)
    {
        string file = Path.GetFullPath(path, _folder);
        if (!file.StartsWith(_folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            // A report from somebody else must not put any image of this machine into a page that is then shared.
            throw new AttnGanException(
                $"The report's image `{path}` is outside the report's folder `{_folder}`; expected one inside. Evaluate again.");
        }

        if (!File.Exists(file))
        {
            throw new AttnGanException(
                $"The report's image `{path}` is missing: expected it in `{_folder}`. Keep the images beside the report, or evaluate " +
                "again.");
        }

        ImageHeader header = RgbImage.Identify(file);
        string type = header.Format.ToString().ToLowerInvariant();
        var bytes = Html.Trusted(Convert.ToBase64String(RgbImage.ReadFile(file, path)));
        Html? style = Math.Max(header.Width, header.Height) <= SmallSide ? Html.Trusted(" class=\"pixels\"") : null;
        return $"""
            <img{style} src="data:image/{type};base64,{bytes}" width="{header.Width}" height="{header.Height}" alt="{description}">
            """;
    }
}
