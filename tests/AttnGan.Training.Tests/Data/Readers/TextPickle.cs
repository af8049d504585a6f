using System.Globalization;
using System.Text;

namespace AttnGan.Training.Tests.Data.Readers;

/// <summary>Writes lists of strings and integers in pickle protocol 0, which the published datasets use.</summary>
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

    /// <summary>Writes a file with exactly this text.</summary>
    public static TemporaryDataset Text(this TemporaryDataset folder, string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(file))!);
        File.WriteAllText(folder.PathOf(file), text);
        return folder;
    }
}
