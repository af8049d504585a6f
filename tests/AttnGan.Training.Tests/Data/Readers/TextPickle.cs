using System.Globalization;
using System.Text;

namespace AttnGan.Training.Tests.Data.Readers;

/// <summary>Lists of texts and whole numbers in pickle's protocol 0, as the published datasets have them.</summary>
internal static class TextPickle
{
    public static string Of(params IEnumerable<object> items)
    {
        var text = new StringBuilder("(lp0\n");
        foreach (object item in items)
        {
            text.Append(item is string name ? $"V{name}\n" : string.Create(CultureInfo.InvariantCulture, $"I{item}\n")).Append('a');
        }

        return text.Append('.').ToString();
    }

    public static TemporaryDataset Pickle(this TemporaryDataset folder, string file, params IEnumerable<object> items) =>
        folder.Text(file, Of(items));

    /// <summary>A file with exactly this text.</summary>
    public static TemporaryDataset Text(this TemporaryDataset folder, string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(file))!);
        File.WriteAllText(folder.PathOf(file), text);
        return folder;
    }
}
