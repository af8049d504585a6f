using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>A report's images, as parts of a page: in it, not beside it.</summary>
internal sealed class ReportImages(string folder)
{
    // Below this browsers blur what they enlarge.
    private const int SmallSide = 64;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <param name="path">As the report has it: relative to its folder.</param>
    /// <param name="description">For those who cannot see it.</param>
    /// <exception cref="AttnGanException">It is missing, no image, or elsewhere than beside the report.</exception>
    public Html Draw(string path, string description)
    {
        string file = Path.GetFullPath(path, _folder);
        if (!file.StartsWith(_folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            // A report from elsewhere shall not put just any image of this machine into a page that goes elsewhere.
            throw new AttnGanException(
                $"The report's image `{path}` is outside of the report's folder `{_folder}`; expected one inside. Evaluate again.");
        }

        if (!File.Exists(file))
        {
            throw new AttnGanException(
                $"The report's image `{path}` is missing: expected it in `{_folder}`. Keep the images beside the report, or evaluate again.");
        }

        ImageHeader header = RgbImage.Identify(file);
        string type = header.Format.ToString().ToLowerInvariant();
        var bytes = Html.Trusted(Convert.ToBase64String(RgbImage.ReadFile(file, path)));
        return $"""
            <img{(Math.Max(header.Width, header.Height) <= SmallSide ? Html.Trusted(" class=\"pixels\"") : null)} src="data:image/{type};base64,{bytes}" width="{header.Width}" height="{header.Height}" alt="{description}">
            """;
    }
}
