using System.Text.Json;
using AttnGan.Imaging;

namespace AttnGan.Training.Tests.Data;

/// <summary>A temporary dataset. Images of different tints differ.</summary>
internal sealed class TemporaryDataset : IDisposable
{
    public TemporaryDataset() => Root = Directory.CreateTempSubdirectory("attngan-data-").FullName;

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    public TemporaryDataset Image(string name, int width = 24, int height = 24, int tint = 0)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            // A gradient, so that every crop and its flip differ.
            image.Pixels[i] = (byte)((((i / 3 % width) * 7) + (i / 3 / width * 3) + (tint * 37) + (i % 3 * 50)) % 256);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        image.Save(PathOf(name));
        return this;
    }

    public TemporaryDataset Write(string name, params string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllLines(PathOf(name), lines);
        return this;
    }

    public TemporaryDataset Metadata(params object[] rows) =>
        Write("metadata.jsonl", [.. rows.Select(row => row as string ?? JsonSerializer.Serialize(row))]);

    /// <summary>Writes images 00.png, 01.png … with two captions each.</summary>
    public TemporaryDataset WithImages(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Image($"{i:00}.png", width: 24 + (i % 3 * 8), tint: i);
        }

        return Metadata([.. Enumerable.Range(0, count).Select(i => (object)new
        {
            file_name = $"{i:00}.png",
            captions = new[] { $"a small bird number n{i}", $"one n{i}" },
        })]);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
